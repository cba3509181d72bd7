import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import type { PollRound } from '../../../../../../server/sources/legacy/view/poll-round.ts';
import { MAX_APPLICATION_INSTANCES, PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const T0 = 1_750_000_000_000;

function emptyView(): LegacyView {
  return new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });
}

function begun(view: LegacyView, kind: 'full' | 'delta', records: readonly InstanceRecord[]): PollRound {
  const round = view.begin(kind);
  for (const record of records) round.add({ name: record.app, instances: [record] });
  return round;
}

function ids(view: LegacyView): readonly string[] {
  return [...view.contributions(view.apps())].flatMap(([app, contribution]) =>
    (contribution?.instances ?? []).map(({ id }) => `${app}/${id}`),
  );
}

test('a round returns what changed and whether the hash agrees, delta and full', async () => {
  const view = emptyView();
  const full = begun(view, 'full', [instance('ORDERS', 'o-1')]);
  assert.deepEqual(await full.commit('UP_1_', T0, endlessSlice()), {
    changed: new Set(['ORDERS']),
    hashAgrees: true,
  });
  const delta = begun(view, 'delta', [instance('CAROL', 'c-1', { actionType: 'ADDED' })]);
  assert.deepEqual(await delta.commit('UP_3_', T0 + 1, endlessSlice()), {
    changed: new Set(['CAROL']),
    hashAgrees: false,
  });
  const silent = await view.begin('delta').commit(undefined, T0 + 2, endlessSlice());
  assert.deepEqual(silent, { changed: new Set(), hashAgrees: false });
  assert.deepEqual(ids(view), ['ORDERS/o-1', 'CAROL/c-1']);
});

test('a round that is dropped leaves no trace, and ends', async () => {
  const view = emptyView();
  await begun(view, 'full', [instance('ORDERS', 'o-1')]).commit('UP_1_', T0, endlessSlice());
  for (const kind of ['full', 'delta'] as const) {
    const round = begun(view, kind, [instance('CAROL', 'c-1', { actionType: 'ADDED' })]);
    round.drop();
    assert.deepEqual([ids(view), view.polledSize, view.hashCode()], [['ORDERS/o-1'], 1, 'UP_1_']);
    assert.throws(() => round.add({ name: appName('CAROL'), instances: [] }), /ended/);
    await assert.rejects(round.commit('UP_1_', T0 + 1, endlessSlice()), /ended/);
  }
});

test('a round is committed once', async () => {
  const round = begun(emptyView(), 'full', [instance('ORDERS', 'o-1')]);
  await round.commit('UP_1_', T0, endlessSlice());
  await assert.rejects(round.commit('UP_1_', T0, endlessSlice()), /ended/);
});

test('a round judges only writes that came before it was begun', async () => {
  const view = emptyView();
  await begun(view, 'full', [instance('ORDERS', 'o-1')]).commit('UP_1_', T0, endlessSlice());
  const early = view.begin('delta');
  view.recordCancel(appName('ORDERS'), instanceId('o-1'), T0 + 1);
  await early.commit('UP_1_', T0 + 300_000, endlessSlice());
  assert.deepEqual([ids(view), view.pendingSize], [[], 1]);
  await view.begin('delta').commit('UP_1_', T0 + 300_000, endlessSlice());
  assert.deepEqual([ids(view), view.pendingSize], [['ORDERS/o-1'], 0]);
});

test('a delta whose hash disagrees judges no writes; a full answer does in any case', async () => {
  const view = emptyView();
  view.recordWrite(appName('ORDERS'), instance('ORDERS', 'o-1'), T0, T0);
  await begun(view, 'delta', [instance('ORDERS', 'o-1', { actionType: 'ADDED' })]).commit('UP_2_', T0, endlessSlice());
  assert.equal(view.pendingSize, 1);
  await begun(view, 'full', [instance('ORDERS', 'o-1')]).commit('UP_2_', T0, endlessSlice());
  assert.equal(view.pendingSize, 0);
});

test('an application has so many instances and no more, however they come; the rest is reported', async () => {
  const view = emptyView();
  const many = (from: number, count: number): readonly InstanceRecord[] =>
    Array.from({ length: count }, (_, i) => instance('BIG', `b-${from + i}`, { actionType: 'ADDED' }));
  const round = begun(view, 'full', [
    ...many(0, MAX_APPLICATION_INSTANCES + 7),
    ...many(0, 3),
    instance('ORDERS', 'o-1'),
  ]);
  await round.commit(undefined, T0, endlessSlice());
  assert.equal(view.polledSize, MAX_APPLICATION_INSTANCES + 1);
  assert.deepEqual(
    round.leftOut.map(({ id, reason }) => [id, /lists (\d+) /.exec(reason)?.[1]]),
    [['BIG', '7']],
  );
  const delta = begun(view, 'delta', many(MAX_APPLICATION_INSTANCES, 2));
  await delta.commit(undefined, T0 + 1, endlessSlice());
  assert.equal(view.polledSize, MAX_APPLICATION_INSTANCES + 1);
});

test('an instance that no URL can name counts for the hash and is not contributed', async () => {
  const view = emptyView();
  const round = begun(view, 'full', [
    instance('ORDERS', 'o-1'),
    instance('ORDERS', 'half\ud800'),
    instance('H\ud800', 'h-1'),
  ]);
  assert.equal((await round.commit('UP_3_', T0, endlessSlice())).hashAgrees, true);
  assert.deepEqual(ids(view), ['ORDERS/o-1']);
  assert.equal(round.leftOut.length, 2);
  assert.ok(round.leftOut.every(({ id }) => id.isWellFormed()));
});

test('no delta confirms a held removal, however long it is held: only lists without the instances do', async () => {
  const view = emptyView();
  const all = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5'].map((id) => instance('ORDERS', id));
  const lists = async (kind: 'full' | 'delta', records: readonly InstanceRecord[], after: number): Promise<void> =>
    void (await begun(view, kind, records).commit('UP_1_', T0 + after, endlessSlice()));
  await lists('full', all, 0);
  await lists('full', all.slice(0, 1), 1_000);
  for (const after of [20_000, 40_000, 61_001, 80_000, 100_000]) await lists('delta', [], after);
  assert.deepEqual([ids(view).length, view.holds()[0]?.instances], [5, 4]);
  for (const after of [101_000, 102_000]) await lists('full', all.slice(0, 1), after);
  assert.deepEqual(ids(view), ['ORDERS/o-1']);
});
