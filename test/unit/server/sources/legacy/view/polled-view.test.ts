import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeltaDraft } from '../../../../../../server/sources/legacy/view/delta-draft.ts';
import { FullDraft } from '../../../../../../server/sources/legacy/view/full-draft.ts';
import { PolledView, type ViewChanges } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import type { DecodedApplication } from '../../../../../../shared/codec/document.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId, SOURCE_MARKER, SYNTHETIC_ID_PREFIX } from '../../../../../../shared/model/names.ts';
import { runInSlices } from '../../../../../../shared/time-slice.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

function document(...records: readonly InstanceRecord[]): readonly DecodedApplication[] {
  const apps = Map.groupBy(records, ({ app }) => app);
  return [...apps].map(([name, instances]) => ({ name, instances }));
}

async function full(view: PolledView, applications: readonly DecodedApplication[]): Promise<ViewChanges> {
  const draft = new FullDraft(view);
  for (const application of applications) draft.add(application);
  const next = await runInSlices(draft.finishSteps(), endlessSlice());
  view.advance(next);
  return next.changes;
}

function delta(view: PolledView, applications: readonly DecodedApplication[]): ViewChanges {
  const draft = new DeltaDraft(view);
  for (const application of applications) draft.add(application);
  const next = draft.finish();
  view.advance(next);
  return next.changes;
}

const APP = appName('ORDERS');
const lease = { renewalIntervalInSecs: 30, durationInSecs: 90, registrationTimestamp: 1, serviceUpTimestamp: 1 };

function deleted(lastRenewalTimestamp: number, evictionTimestamp: number): InstanceRecord {
  const leaseInfo = { ...lease, lastRenewalTimestamp, evictionTimestamp };
  return instance('ORDERS', 'o-1', { actionType: 'DELETED', leaseInfo });
}

test('the hash follows upserts, status changes and removals', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2', { status: 'DOWN' })));
  assert.equal(view.hashCode(), 'DOWN_1_UP_1_');
  delta(view, document(instance('ORDERS', 'o-2', { actionType: 'MODIFIED' }), instance('CAROL', 'c-1')));
  assert.equal(view.hashCode(), 'UP_3_');
  delta(view, document(instance('CAROL', 'c-1', { actionType: 'DELETED' })));
  assert.equal(view.hashCode(), 'UP_2_');
  assert.deepEqual([...view.apps.keys()], ['ORDERS']);
  await full(view, document());
  assert.equal(view.hashCode(), '');
  assert.equal(view.size, 0);
});

test('what a delta adds and then deletes was never there, and what it deletes, adds and deletes is lost once', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-2')));
  const added = instance('ORDERS', 'o-1', { actionType: 'ADDED' });
  for (let n = 0; n < 2; n++) assert.equal(delta(view, document(added, deleted(1, 100_000))).lost.size, 0);
  delta(view, document(added));
  assert.equal(delta(view, document(deleted(1, 100_000), added, deleted(1, 100_000))).lost.size, 1);
  assert.equal(view.hashCode(), 'UP_1_');
});

test('renewals are no change and keep the object, in full answers and in deltas', async () => {
  const view = new PolledView();
  const record = instance('ORDERS', 'o-1');
  await full(view, document(record));
  const renewed = {
    ...record,
    leaseInfo: { ...lease, ...record.leaseInfo, lastRenewalTimestamp: 5, evictionTimestamp: 0 },
  };
  assert.equal((await full(view, document(renewed))).changed.size, 0);
  assert.equal(delta(view, document(renewed)).changed.size, 0);
  assert.equal(view.instances(APP)?.get(instanceId('o-1')), record);
});

test('a deletion before the lease ran out was a cancel, a later one was not', async () => {
  const counts: (readonly number[])[] = [];
  for (const item of [deleted(1_000, 91_000), deleted(1_000, 91_001), deleted(1_000, 0)]) {
    const view = new PolledView();
    await full(view, document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')));
    const { cancelled, lost } = delta(view, document(item));
    counts.push([cancelled.size, lost.size]);
  }
  assert.deepEqual(counts, [
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

test('deltas repeat themselves: what is known already changes nothing', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')));
  delta(view, document(deleted(1_000, 91_001)));
  const again = delta(view, document(deleted(1_000, 91_001)));
  assert.deepEqual([again.changed.size, again.lost.size], [0, 0]);
  assert.equal(view.hashCode(), 'UP_1_');
});

test('what ran out and was registered anew within one delta is not lost', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')));
  const anew = instance('ORDERS', 'o-1', { actionType: 'ADDED', lastDirtyTimestamp: 1_750_000_009_000 });
  const { lost, changed } = delta(view, document(deleted(1_000, 91_001), anew));
  assert.deepEqual([lost.size, changed.size], [0, 1]);
  assert.equal(view.instances(APP)?.get(instanceId('o-1')), anew);
  assert.equal(view.hashCode(), 'UP_2_');
});

test('what one delta says came and ran out is lost no more than once, however long the delta says so', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-2')));
  const came = instance('ORDERS', 'o-1', { actionType: 'ADDED' });
  const missed = delta(view, document(came, deleted(1_000, 91_001)));
  assert.equal(missed.lost.size, 0);
  delta(view, document(came));
  const losses = [1, 2, 3].map(() => delta(view, document(came, deleted(1_000, 91_001))).lost.size);
  assert.deepEqual(losses, [1, 0, 0]);
  assert.deepEqual([view.size, view.hashCode()], [1, 'UP_1_']);
});

test('how an instance went is what the last item of a delta says of it', async () => {
  const [cancel, eviction] = [deleted(1_000, 91_000), deleted(1_000, 91_001)];
  const added = instance('ORDERS', 'o-1', { actionType: 'ADDED', lastUpdatedTimestamp: 7 });
  for (const [items, expected] of [
    [
      [cancel, added, eviction],
      [0, 1],
    ],
    // A server whose records are those of its leases says DELETED of the registration in between as well.
    [
      [cancel, eviction, eviction],
      [0, 1],
    ],
    [
      [eviction, added, cancel],
      [1, 0],
    ],
    [
      [eviction, cancel, cancel],
      [1, 0],
    ],
    [
      [cancel, added],
      [0, 0],
    ],
    [
      [eviction, added],
      [0, 0],
    ],
  ] as const) {
    const view = new PolledView();
    await full(view, document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')));
    const first = delta(view, document(...items));
    assert.deepEqual([first.cancelled.size, first.lost.size], expected);
    // What is gone is not lost again when the delta repeats itself.
    const again = delta(view, document(...items));
    assert.deepEqual([again.cancelled.size, again.lost.size], [expected[0], 0]);
  }
});

test('a draft is not seen before it is in force', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-1'), instance('CAROL', 'c-1')));
  const ids = (): readonly string[] => [...view.apps].flatMap(([app, records]) => [app, ...records.keys()]);
  const before = ids();
  const draft = new DeltaDraft(view);
  for (const application of document(deleted(1_000, 91_001), instance('BOB', 'b-1'))) draft.add(application);
  const next = draft.finish();
  assert.deepEqual([ids(), view.size, view.hashCode()], [before, 2, 'UP_2_']);
  view.advance(next);
  assert.deepEqual([ids(), view.size, view.hashCode()], [['CAROL', 'c-1', 'BOB', 'b-1'], 2, 'UP_2_']);
});

test('what was drafted before a restart does not count', async () => {
  const view = new PolledView();
  await full(view, document(instance('ORDERS', 'o-1')));
  const [whole, changes] = [new FullDraft(view), new DeltaDraft(view)];
  for (const draft of [whole, changes]) {
    for (const application of document(deleted(1_000, 91_001), instance('BOB', 'b-1'))) draft.add(application);
    draft.restart();
  }
  const all = await runInSlices(whole.finishSteps(), endlessSlice());
  assert.deepEqual([all.apps.size, all.size, all.changes.lost.size], [0, 0, 1]);
  const { apps, size, changes: step } = changes.finish();
  assert.deepEqual([apps.size, size, step.changed.size, step.lost.size], [0, 1, 0, 0]);
  const { lost } = await full(view, []);
  assert.deepEqual([lost.size, view.size], [1, 0]);
});

test('items without an action are ignored, as Java clients ignore them', async () => {
  const view = new PolledView();
  delta(view, document(instance('ORDERS', 'o-1', { actionType: undefined })));
  assert.equal(view.size, 0);
});

test('one application listed twice, one id listed twice: the union, the last one wins', async () => {
  const view = new PolledView();
  const twice = document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-1', { status: 'DOWN' }));
  await full(view, [...twice, ...document(instance('ORDERS', 'o-2'))]);
  assert.equal(view.hashCode(), 'DOWN_1_UP_1_');
});

test('entries that an Eurek8s made are no loss, in full answers and in deltas, and count for the hash alone', async () => {
  const made = [
    instance('ORDERS', 'o-made', { metadata: new Map([[SOURCE_MARKER, 'main/shop/orders']]) }),
    instance('CAROL', `${SYNTHETIC_ID_PREFIX}main:shop:carol:carol.example.com:0`),
  ];
  const real = instance('ORDERS', 'o-1');
  for (const go of [
    (view: PolledView) => full(view, document(real)),
    (view: PolledView) => delta(view, document(...made.map((each) => ({ ...each, actionType: 'DELETED' as const })))),
  ]) {
    const view = new PolledView();
    await full(view, document(real, ...made));
    assert.deepEqual([view.size, view.ownSize, view.hashCode()], [1, 2, 'UP_3_']);
    const { lost, changed } = await go(view);
    assert.deepEqual([lost.size, changed], [0, new Set(['ORDERS', 'CAROL'])]);
    assert.deepEqual([view.size, view.ownSize, view.hashCode()], [1, 0, 'UP_1_']);
  }
});
