import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import { appName } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const T0 = 1_750_000_000_000;
const NONE = { answer: 'none', taker: undefined, isPolled: true } as const;

/** A view with five listed instances and so many written ones, which no list has had. */
async function viewWith(written: number): Promise<LegacyView> {
  const view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });
  const round = view.begin('full');
  round.add({ name: appName('OLD'), instances: Array.from({ length: 5 }, (_, i) => instance('OLD', `${i}`)) });
  await round.commit(undefined, T0, endlessSlice());
  for (let i = 0; i < written; i++) view.recordWrite(appName('NEW'), instance('NEW', `${i}`), T0, T0);
  return view;
}

function served(view: LegacyView): number {
  return [...view.contributions(view.apps()).values()].reduce((sum, each) => sum + (each?.instances.length ?? 0), 0);
}

test('what a restarted server has lost of what it took is judged together, before any of it goes', async () => {
  const view = await viewWith(20);
  const writes = view.dueRechecks(T0 + 11_000, 100);
  assert.equal(writes.length, 20);
  view.recordRechecks(
    writes.map((write) => ({ write, verdict: NONE })),
    T0 + 11_000,
  );
  assert.deepEqual([served(view), view.holds()[0]?.instances], [25, 20]);
});

test('a few of them go', async () => {
  const view = await viewWith(20);
  const writes = view.dueRechecks(T0 + 11_000, 5);
  view.recordRechecks(
    writes.map((write) => ({ write, verdict: NONE })),
    T0 + 11_000,
  );
  assert.deepEqual([served(view), view.holds()], [20, []]);
});
