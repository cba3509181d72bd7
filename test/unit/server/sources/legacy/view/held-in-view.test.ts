import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FetchKind } from '../../../../../../server/sources/legacy/view/poll-round.ts';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, SOURCE_MARKER, SYNTHETIC_ID_PREFIX } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

// What the view of the legacy makes of a registry that has lost much: the brake has tests of its own.

const T0 = 1_750_000_000_000;
const GRACE = 60_000;
const ORDERS = appName('ORDERS');
const FOUR = ['o-1', 'o-2', 'o-3', 'o-4'].map((id) => instance('ORDERS', id));
const ANCHOR = instance('ANCHOR', 'a-1');

class Scene {
  readonly view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: GRACE, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 5_000, maxPendingAge: 20_000 }),
  });

  async polls(kind: FetchKind, records: readonly InstanceRecord[], now: number): Promise<void> {
    const round = this.view.begin(kind);
    for (const record of records) round.add({ name: record.app, instances: [record] });
    const hashCode = kind === 'full' ? `UP_${records.length}_` : this.view.hashCode();
    await round.commit(hashCode, now, endlessSlice());
  }

  served(): readonly string[] {
    return [...this.view.contributions(this.view.apps())]
      .flatMap(([, contribution]) => (contribution?.instances ?? []).map(({ id, hostName }) => `${id} ${hostName}`))
      .toSorted();
  }

  get held(): number {
    return this.view.holds().reduce((sum, { instances }) => sum + instances, 0);
  }
}

test('deltas confirm no removal, however many and for however long: they do not list what is there', async () => {
  const scene = new Scene();
  await scene.polls('full', [...FOUR, ANCHOR], T0);
  await scene.polls('full', [ANCHOR], T0 + 1_000);
  assert.equal(scene.held, 4);
  for (let at = 2_000; at < 3 * GRACE; at += 5_000) await scene.polls('delta', [], T0 + at);
  assert.equal(scene.held, 4);
  assert.equal(scene.served().length, 5);
  // Full answers without them, from now on for a whole grace period, do.
  for (let at = 3 * GRACE; at <= 5 * GRACE; at += GRACE / 4) await scene.polls('full', [ANCHOR], T0 + at);
  assert.equal(scene.held, 0);
  assert.deepEqual(scene.served(), ['a-1 a-1.corp.example']);
});

test('what is held is served as the last write through us has made it', async () => {
  const scene = new Scene();
  await scene.polls('full', [...FOUR, ANCHOR], T0);
  const written = instance('ORDERS', 'o-2', { hostName: 'written', lastUpdatedTimestamp: T0 + 500 });
  scene.view.recordWrite(ORDERS, written, T0 + 500, T0 + 500);
  await scene.polls('full', [ANCHOR], T0 + 1_000);
  assert.equal(scene.held, 3, 'the written one is served because of the write');
  const expected = [
    'a-1 a-1.corp.example',
    'o-1 o-1.corp.example',
    'o-2 written',
    'o-3 o-3.corp.example',
    'o-4 o-4.corp.example',
  ];
  assert.deepEqual(scene.served(), expected);
  // Also when nobody waits for that write to be seen any more.
  await scene.polls('full', [ANCHOR], T0 + 50_000);
  assert.equal(scene.view.pendingSize, 0);
  assert.equal(scene.held, 4);
  assert.deepEqual(scene.served(), expected);
});

test('entries that an Eurek8s made are no loss when the legacy lists them no more', async () => {
  const own = [
    ...['1', '2', '3'].map((n) => instance('CAROL', `${SYNTHETIC_ID_PREFIX}main:shop:carol:carol.example:${n}`)),
    ...['1', '2', '3'].map((n) =>
      instance('DAVE', `d-${n}`, { metadata: new Map([[SOURCE_MARKER, 'main/shop/dave']]) }),
    ),
  ];
  const scene = new Scene();
  await scene.polls('full', [...FOUR, ...own, ANCHOR], T0);
  await scene.polls('full', [...FOUR, ANCHOR], T0 + 1_000);
  assert.deepEqual(scene.view.holds(), []);
  // Beside a real loss they do not count either: one of five passes.
  const other = new Scene();
  await other.polls('full', [...FOUR, ...own, ANCHOR], T0);
  await other.polls('full', [...FOUR.slice(1), ANCHOR], T0 + 1_000);
  assert.deepEqual(other.view.holds(), []);
  assert.equal(other.served().length, 4);
});

test('a delta that still has the cancels of before ends no hold of what was registered since and evicted', async () => {
  const lease = { renewalIntervalInSecs: 30, durationInSecs: 90, registrationTimestamp: T0, serviceUpTimestamp: T0 };
  const gone = (evictionTimestamp: number, of: Partial<InstanceRecord>) => (record: InstanceRecord) => ({
    ...record,
    ...of,
    actionType: 'DELETED' as const,
    leaseInfo: { ...lease, lastRenewalTimestamp: T0, evictionTimestamp },
  });
  const cancels = FOUR.map(gone(T0 + 1, {}));
  const anew = FOUR.map((record) => ({ ...record, actionType: 'ADDED' as const, lastDirtyTimestamp: T0 + 200 }));
  const evictions = anew.map(gone(T0 + 90_001, { lastDirtyTimestamp: T0 + 200 }));
  for (const log of [
    [...cancels, ...anew, ...evictions],
    // Clients that give no time of their registration.
    [...cancels, ...anew, ...evictions].map((record) => ({ ...record, lastDirtyTimestamp: 0 })),
    // A server that says no more of an instance than the last thing, and has missed what came after the cancel.
    cancels,
  ]) {
    const scene = new Scene();
    await scene.polls('full', [...(log === cancels ? anew : FOUR), ANCHOR], T0);
    if (log === cancels) await scene.polls('full', [ANCHOR], T0 + 1_000);
    for (let poll = 0; poll < 3; poll++) await scene.polls('delta', log, T0 + 2_000 + poll * 1_000);
    assert.deepEqual([scene.held, scene.served().length], [4, 5]);
    // The cancel of what is held is evidence.
    await scene.polls('delta', [...log, ...anew.map(gone(T0 + 1, { lastDirtyTimestamp: T0 + 200 }))], T0 + 6_000);
    assert.deepEqual([scene.held, scene.served().length], [0, 1]);
  }
});
