import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { PushedChanges } from '../../../../../../server/sources/legacy/write/pushed-changes.ts';
import { WriteEffects } from '../../../../../../server/sources/legacy/write/write-effects.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId, SOURCE_MARKER, SYNTHETIC_ID_PREFIX } from '../../../../../../shared/model/names.ts';
import type { PeerItem } from '../../../../../../shared/model/peer-item.ts';
import { instance } from '../../../../../support/instances.ts';
import { NO_METRICS } from '../../../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../../../support/silent-log.ts';
import { SteppedClock } from '../../../../../support/stepped-clock.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const T = 1_750_000_000_000;
const APP = appName('ORDERS');
const ID = instanceId('o-1');

const LEASE = { renewalIntervalInSecs: 30, durationInSecs: 90, registrationTimestamp: T, serviceUpTimestamp: T };

const record = (of: Partial<InstanceRecord>): InstanceRecord => instance('ORDERS', 'o-1', of);

/** A view of a legacy that lists one instance. */
async function scene() {
  const view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });
  const clock = new SteppedClock();
  const effects = new WriteEffects({ view, clock, publish: () => undefined });
  const pushed = new PushedChanges({ view, effects, log: SILENT_LOG, metrics: NO_METRICS });
  const round = view.begin('full');
  round.add({
    name: APP,
    instances: [record({ status: 'DOWN', lastDirtyTimestamp: T, lastUpdatedTimestamp: T })],
  });
  await round.commit(undefined, clock.now(), endlessSlice());
  const register = (of: Partial<InstanceRecord>) =>
    pushed.apply([{ kind: 'register', app: APP, id: ID, record: record({ status: 'UP', ...of }) }]);
  return { view, pushed, register, status: () => view.instance(APP, ID)?.status };
}

test('a registration that is older than what is known changes nothing; as of the same time or newer it does', async () => {
  for (const [lastDirtyTimestamp, status] of [
    [T - 1, 'DOWN'],
    [T, 'UP'],
    [T + 1, 'UP'],
  ] as const) {
    const made = await scene();
    assert.deepEqual(made.register({ lastDirtyTimestamp, lastUpdatedTimestamp: T + 5_000 }), [200]);
    assert.equal(made.status(), status);
  }
});

test('a registration from before a change of the same registration does not undo it', async () => {
  const made = await scene();
  for (const [lastUpdatedTimestamp, status] of [
    [T - 1, 'DOWN'],
    [T, 'UP'],
  ] as const) {
    assert.deepEqual(made.register({ lastDirtyTimestamp: T, lastUpdatedTimestamp }), [200]);
    assert.equal(made.status(), status);
  }
});

test('a registration from before its cancel is late however long ago that was, and whoever told of it', async () => {
  for (const told of ['push', 'through us', 'delta'] as const) {
    const made = await scene();
    const { view } = made;
    if (told === 'push') made.pushed.apply([{ kind: 'cancel', app: APP, id: ID }]);
    else if (told === 'through us') view.recordCancel(APP, ID, T);
    const leaseInfo = { ...LEASE, lastRenewalTimestamp: T, evictionTimestamp: T + 1 };
    for (let poll = 0; poll < 2; poll++) {
      const round = view.begin('delta');
      const gone = record({ actionType: 'DELETED', lastUpdatedTimestamp: T + 1, leaseInfo });
      const evicted = { ...gone, leaseInfo: { ...leaseInfo, evictionTimestamp: 0 } };
      round.add({ name: APP, instances: [told === 'delta' ? gone : evicted] });
      await round.commit('', T + poll, endlessSlice());
    }
    assert.deepEqual([view.pendingSize, made.status()], [0, undefined], told);
    made.register({ lastDirtyTimestamp: T, lastUpdatedTimestamp: T });
    assert.equal(made.status(), undefined, told);
    made.register({ lastDirtyTimestamp: T, lastUpdatedTimestamp: T + 2 });
    assert.equal(made.status(), 'UP');
  }
});

test('a registration from before its cancel does not bring the instance back; a new one does', async () => {
  const made = await scene();
  assert.deepEqual(made.pushed.apply([{ kind: 'cancel', app: APP, id: ID }]), [200]);
  assert.equal(made.status(), undefined);
  assert.deepEqual(made.register({ lastDirtyTimestamp: T, lastUpdatedTimestamp: T }), [200]);
  assert.equal(made.status(), undefined);
  assert.deepEqual(made.register({ lastDirtyTimestamp: T, lastUpdatedTimestamp: T + 1 }), [200]);
  assert.equal(made.status(), 'UP');
});

test('what an Eurek8s registered at the legacy does not come back as a write that could be lost', async () => {
  const { view, pushed } = await scene();
  const id = instanceId(`${SYNTHETIC_ID_PREFIX}main:shop:orders:orders.example.com:0`);
  const marked = instance('ORDERS', 'o-9', { metadata: new Map([[SOURCE_MARKER, 'main/shop/orders']]) });
  const own: readonly PeerItem[] = [
    { kind: 'register', app: APP, id, record: instance('ORDERS', id) },
    { kind: 'register', app: APP, id: marked.id, record: marked },
    { kind: 'heartbeat', app: APP, id, lastDirtyTimestamp: 1, overriddenStatus: undefined },
    { kind: 'set-status', app: APP, id, status: 'DOWN', lastDirtyTimestamp: 1 },
    { kind: 'cancel', app: APP, id },
  ];
  assert.deepEqual(pushed.apply(own), [200, 200, 200, 200, 200]);
  assert.equal(view.pendingSize, 0);
  assert.deepEqual([view.instance(APP, id), view.instance(APP, marked.id)], [undefined, undefined]);
});
