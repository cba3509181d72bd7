import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appName } from '../../shared/model/names.ts';
import { registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { LegacyRig } from '../support/legacy-rig.ts';
import { writes } from '../support/legacy-scene.ts';

const APPS = ['ORDERS', 'CAROL'] as const;
const IDS = ['i-1', 'i-2'] as const;
const STATUSES = ['UP', 'DOWN', 'OUT_OF_SERVICE', 'STARTING'] as const;
const FAULTS: readonly Fault[] = [
  'unavailable',
  'truncated',
  'login-page',
  'no-delta',
  'wrong-hash',
  'forbidden',
  'reset',
];

const target = { app: fc.constantFrom(...APPS), id: fc.constantFrom(...IDS) };
const change = fc.oneof(
  fc.record({ do: fc.constant('register' as const), ...target, status: fc.constantFrom(...STATUSES) }),
  fc.record({
    do: fc.constant('remove' as const),
    ...target,
    how: fc.constantFrom('cancelled' as const, 'expired' as const),
  }),
  fc.record({ do: fc.constant('set-status' as const), ...target, status: fc.constantFrom(...STATUSES) }),
  fc.record({ do: fc.constant('metadata' as const), ...target, value: fc.string({ maxLength: 3 }) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function makeChange({ eureka: { registry } }: LegacyRig, step: Change): void {
  switch (step.do) {
    case 'register':
      registry.register(registration(step.app, step.id, { status: step.status }));
      break;
    case 'remove':
      registry.remove(step.app, step.id, step.how);
      break;
    case 'set-status':
      registry.setStatus(step.app, step.id, step.status);
      break;
    case 'metadata':
      registry.setMetadata(step.app, step.id, { key: step.value });
  }
}

const event = fc.oneof(
  { weight: 5, arbitrary: change },
  { weight: 4, arbitrary: fc.constant({ do: 'poll' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'lose-changes' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), fault: fc.constantFrom(...FAULTS) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'heal' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 100_000 }) }) },
);

test('whatever changed, failed or got lost, the next full fetch restores the view of the server', async () => {
  const property = fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
    const rig = await LegacyRig.start();
    try {
      let lost = false;
      for (const step of events) {
        if (step.do === 'poll') {
          const full = rig.eureka.count('apps/');
          const outcome = await rig.poll();
          const fetched = rig.eureka.count('apps/') > full;
          if (outcome.kind === 'current' && fetched) lost = false;
          if (outcome.kind === 'current' && !lost) assert.deepEqual(rig.served(), rig.truth());
        } else if (step.do === 'lose-changes') {
          rig.eureka.registry.forgetRecent();
          lost = true;
        } else if (step.do === 'fail') rig.eureka.fail(step.fault, 'reads');
        else if (step.do === 'heal') rig.eureka.heal();
        else if (step.do === 'wait') rig.skip(step.ms);
        else makeChange(rig, step);
      }
      rig.eureka.heal();
      rig.skip(300_000);
      assert.equal((await rig.poll()).kind, 'current');
      assert.deepEqual(rig.served(), rig.truth());
      assert.equal(rig.view.hashCode(), rig.eureka.registry.full().hash);
    } finally {
      await rig.stop();
    }
  });
  await fc.assert(property, { numRuns: 100 });
});

const written = fc.oneof(
  { weight: 3, arbitrary: change },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), step: change }) },
  { weight: 4, arbitrary: fc.constant({ do: 'poll' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'refresh-lists' as const }) },
);

async function write({ target: through }: LegacyRig, step: Change): Promise<number> {
  const { app, id } = step;
  switch (step.do) {
    case 'register':
      return (await through.apply(writes.register(app, id, registration(app, id, { status: step.status })))).status;
    case 'remove':
      return (await through.apply(writes.cancel(app, id))).status;
    case 'set-status':
      return (await through.apply(writes.setStatus(app, id, step.status))).status;
    case 'metadata':
      return (await through.apply(writes.metadata(app, id, 'key', encodeURIComponent(step.value)))).status;
  }
}

test('however far the lists lag behind, a write through us is served until something else changes the instance', async () => {
  const property = fc.asyncProperty(fc.array(written, { maxLength: 40 }), async (events) => {
    const rig = await LegacyRig.start();
    try {
      rig.eureka.listCacheMs = 3_600_000;
      await rig.poll();
      const ours = new Set<string>();
      for (const step of events) {
        if (step.do === 'poll') await rig.poll();
        else if (step.do === 'refresh-lists') rig.eureka.refreshLists();
        else if (step.do === 'write') {
          const status = await write(rig, step.step);
          if (status < 300) ours.add(`${step.step.app}/${step.step.id}`);
        } else {
          makeChange(rig, step);
          ours.delete(`${step.app}/${step.id}`);
        }
        // oxlint-enable no-await-in-loop
        for (const key of ours) {
          const [app = '', id = ''] = key.split('/');
          const served = rig.view
            .contributions([appName(app)])
            .get(appName(app))
            ?.instances.find((record) => record.id === id);
          const truth = rig.eureka.registry.find(app, id);
          assert.equal(served?.lastUpdatedTimestamp.toString(), truth?.['lastUpdatedTimestamp'], key);
        }
      }
      rig.eureka.refreshLists();
      rig.skip(600_000);
      assert.equal((await rig.poll()).kind, 'current');
      await rig.recheck();
      assert.deepEqual(rig.served(), rig.truth());
      assert.equal(rig.view.pendingSize, 0);
    } finally {
      await rig.stop();
    }
  });
  await fc.assert(property, { numRuns: 100 });
});
