import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const T0 = 1_750_000_000_000;
const ORDERS = appName('ORDERS');
const THREE = ['o-1', 'o-2', 'o-3'].map((id) => instance('ORDERS', id));

function scene() {
  const view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });
  return {
    view,
    lists: async (
      how: 'full' | 'part' | 'delta',
      records: readonly InstanceRecord[],
      after: number,
      hashCode = 'UP_9_',
    ): Promise<void> => {
      const round = view.begin(how === 'delta' ? 'delta' : 'full');
      for (const record of records) round.add({ name: record.app, instances: [record] });
      await round.commit(hashCode, T0 + after, endlessSlice(), { isPart: how === 'part' });
    },
    since: () => ['o-1', 'o-2', 'o-3'].map((id) => view.unlistedSince(ORDERS, instanceId(id))),
  };
}

test('since when an instance is unlisted: from the first part of a list without it to any list that has it', async () => {
  const { view, lists, since } = scene();
  await lists('full', THREE, 0);
  assert.deepEqual([since(), view.unlistedSize], [[undefined, undefined, undefined], 0]);
  await lists('part', THREE.slice(0, 2), 1);
  await lists('part', THREE.slice(0, 1), 2);
  await lists('delta', [], 3);
  assert.deepEqual([since(), view.unlistedSize], [[undefined, T0 + 2, T0 + 1], 2]);
  await lists('delta', [instance('ORDERS', 'o-3', { actionType: 'MODIFIED', hostName: 'moved' })], 4);
  assert.deepEqual([since(), view.unlistedSize], [[undefined, T0 + 2, undefined], 1]);
  await lists('part', THREE.slice(0, 2), 5);
  assert.deepEqual([since(), view.unlistedSize], [[undefined, undefined, T0 + 5], 1]);
  await lists('delta', [instance('ORDERS', 'o-3', { actionType: 'DELETED' })], 6);
  assert.deepEqual([since(), view.unlistedSize], [[undefined, undefined, undefined], 0]);
  await lists('part', THREE.slice(0, 1), 7);
  await lists('full', THREE, 8);
  assert.deepEqual([since(), view.unlistedSize], [[undefined, undefined, undefined], 0]);
});

test('what a full list lacks is unlisted no more once the view after a delta has what the server counts', async () => {
  const { view, lists } = scene();
  await lists('full', THREE, 0);
  await lists('part', THREE.slice(0, 2), 1, 'UP_3_');
  await lists('delta', [], 2, 'UP_2_');
  assert.equal(view.unlistedSize, 1);
  await lists('delta', [], 3, 'UP_3_');
  assert.equal(view.unlistedSize, 0);
});

test('what was written through us is there because of that, and what was cancelled is not there', async () => {
  const { view, lists, since } = scene();
  await lists('full', THREE, 0);
  await lists('part', THREE.slice(0, 1), 1);
  view.recordWrite(ORDERS, instance('ORDERS', 'o-2', { hostName: 'written' }), T0 + 2, T0 + 2);
  view.recordCancel(ORDERS, instanceId('o-3'), T0 + 2);
  assert.deepEqual(since(), [undefined, undefined, undefined]);
  await lists('part', THREE.slice(0, 1), 3);
  assert.equal(view.unlistedSize, 1);
  assert.deepEqual(since(), [undefined, undefined, undefined]);
});
