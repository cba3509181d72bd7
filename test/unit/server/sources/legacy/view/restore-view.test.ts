import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { legacyState } from '../../../../../../server/sources/legacy/legacy-state.ts';
import type { AppContribution } from '../../../../../../shared/contribution/contribution.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId, type AppName } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const T0 = 1_750_000_000_000;
const GRACE = 60_000;
const ORDERS = appName('ORDERS');
const ALL = ['1', '2', '3', '4', '5', '6'];

class Process {
  readonly view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: GRACE, window: GRACE }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });

  async lists(ids: readonly string[], now: number, changed?: InstanceRecord): Promise<void> {
    const round = this.view.begin('full');
    round.add({ name: ORDERS, instances: ids.map((id) => (changed?.id === id ? changed : instance('ORDERS', id))) });
    await round.commit(undefined, now, endlessSlice());
  }

  served(): readonly string[] {
    return this.records().map(({ id }) => id);
  }

  records(): readonly InstanceRecord[] {
    return [...this.contributions().values()].flatMap(({ instances }) => instances);
  }

  contributions(): ReadonlyMap<AppName, AppContribution> {
    const all = [...this.view.contributions(this.view.apps())];
    return new Map(all.flatMap(([app, contribution]) => (contribution === undefined ? [] : [[app, contribution]])));
  }

  /** Another process that begins with what this one knew, by way of the file. */
  restarted(now: number): Process {
    const next = new Process();
    const state: unknown = JSON.parse(JSON.stringify(legacyState.write(this.view.state())));
    next.view.restore(this.contributions(), legacyState.read(state), now);
    return next;
  }
}

async function started(ids = ALL): Promise<Process> {
  const process = new Process();
  await process.lists(ids, T0);
  return process;
}

test('after a restart the same list is the same contribution, and a few losses pass', async () => {
  const first = await started();
  const second = first.restarted(T0 + 1000);
  const before = second.contributions().get(ORDERS);
  assert.equal(second.view.hashCode(), 'UP_6_');
  await second.lists(ALL, T0 + 2000);
  assert.equal(second.contributions().get(ORDERS), before, 'not even another object');
  await second.lists(ALL.slice(1), T0 + 3000);
  assert.deepEqual(second.served(), ALL.slice(1));
});

test('what went while we were away meets the brake as if we had not been', async () => {
  for (const left of [[], ['1', '2']]) {
    const second = (await started()).restarted(T0 + 1000);
    await second.lists(left, T0 + 2000);
    assert.deepEqual(second.served(), ALL);
    assert.equal(second.view.holds()[0]?.instances, ALL.length - left.length);
  }
});

test('a hold stays the same hold, and its grace period begins anew: nobody looked in between', async () => {
  const first = await started();
  await first.lists(['1'], T0 + 1000);
  await first.lists(['1'], T0 + 2000);
  const [hold] = first.view.holds();
  const restartedAt = T0 + 10 * GRACE;
  const second = first.restarted(restartedAt);
  const [kept] = second.view.holds();
  assert.deepEqual([kept?.id, kept?.since, kept?.instances], [hold?.id, T0 + 1000, 5]);
  assert.deepEqual([kept?.releasesAt, kept?.waits], [undefined, true]);
  for (const after of [1000, 2000, 3000]) await second.lists(['1'], restartedAt + after);
  assert.deepEqual(second.served(), ALL, 'confirmed often enough, and not for long enough');
  await second.lists(['1'], restartedAt + 1000 + GRACE);
  assert.deepEqual(second.served(), ['1']);
});

test('of a hold, what the legacy lists again after the restart is held no more', async () => {
  const first = await started();
  await first.lists(['1'], T0 + 1000);
  const second = first.restarted(T0 + 2000);
  await second.lists(['1', '2', '3'], T0 + 3000);
  assert.equal(second.view.holds()[0]?.instances, 3);
  await second.lists(ALL, T0 + 4000);
  assert.deepEqual(second.view.holds(), []);
});

test('a hold that is restarted twice before the legacy answers is whole', async () => {
  const first = await started();
  await first.lists([], T0 + 1000);
  const third = first.restarted(T0 + 2000).restarted(T0 + 3000);
  assert.equal(third.view.holds()[0]?.instances, 6);
  assert.deepEqual(third.served(), ALL);
});

test('what was written just before the restart outlives lists that lag behind it', async () => {
  const first = await started();
  const written = instance('ORDERS', '7', { lastUpdatedTimestamp: T0 + 500 });
  first.view.recordWrite(ORDERS, written, T0 + 500, T0 + 500);
  first.view.recordWrite(ORDERS, instance('ORDERS', '1', { status: 'DOWN' }), undefined, T0 + 500);
  first.view.recordCancel(ORDERS, instanceId('2'), T0 + 500);
  const second = first.restarted(T0 + 1000);
  await second.lists(ALL, T0 + 2000);
  assert.deepEqual(second.served(), ['1', '3', '4', '5', '6', '7']);
  assert.equal(second.records()[0]?.status, 'DOWN');
  assert.deepEqual(second.view.holds(), []);
  // Polls are believed in the end, as ever.
  await second.lists(ALL, T0 + 300_000);
  assert.deepEqual(second.served(), ALL);
  assert.equal(second.records()[0]?.status, 'UP');
});

test('an instance that is registered anew after a restart is served at once, though the clock of its server is behind', async () => {
  for (const dirtyAt of [100, T0 + 1500]) {
    const first = await started();
    first.view.recordWrite(ORDERS, instance('ORDERS', '2', { lastDirtyTimestamp: 100 }), 100, T0 + 400);
    first.view.recordCancel(ORDERS, instanceId('2'), T0 + 500);
    await first.lists(['1', '3', '4', '5', '6'], T0 + 600);
    const second = first.restarted(T0 + 1000);
    const { leaseInfo } = instance('ORDERS', '2');
    assert.ok(leaseInfo);
    const anew = instance('ORDERS', '2', {
      lastUpdatedTimestamp: T0 - 60_000,
      lastDirtyTimestamp: dirtyAt,
      leaseInfo: { ...leaseInfo, registrationTimestamp: T0 - 60_000 },
    });
    await second.lists(ALL, T0 + 2000, anew);
    assert.equal(second.served().includes('2'), dirtyAt > 100);
  }
});

test('a written instance that the lists had shown is still part of what may be lost', async () => {
  const first = await started();
  for (const id of ['1', '2', '3', '4'])
    first.view.recordWrite(ORDERS, instance('ORDERS', id, { status: 'OUT_OF_SERVICE' }), undefined, T0 + 500);
  const second = first.restarted(T0 + 1000);
  await second.lists([], T0 + 2000);
  await second.lists([], T0 + 61_000);
  assert.deepEqual(second.served(), ALL, 'held, not dropped when the writes are too old to be believed');
});

test('a write of an older file, which does not say who took it, is read', () => {
  const written = { app: 'ORDERS', id: '7', written: false, listed: true, writtenAt: T0 };
  const [read] = legacyState.read({ brake: { passed: [] }, pending: [written] }).pending;
  assert.deepEqual([read?.id, read?.by], ['7', undefined]);
});

test('a state that is none is refused as a whole', () => {
  for (const state of [undefined, {}, { brake: {}, pending: [] }, { brake: { passed: [] }, pending: [{ app: 1 }] }])
    assert.throws(() => legacyState.read(state), /ShapeError|expected/);
});
