import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId, type AppName } from '../../../../../../shared/model/names.ts';
import type { TimeSlice } from '../../../../../../shared/time-slice.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import { instance } from '../../../../../support/instances.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const T0 = 1_750_000_000_000;
const APPS = ['ALICE', 'BOB', 'CAROL'] as const;

/** Is spent after every step, and calls `between` before the next one. */
class HeldSlice implements TimeSlice {
  readonly #between: (step: number) => void;
  #steps = 0;

  constructor(between: (step: number) => void) {
    this.#between = between;
  }

  isSpent(): boolean {
    return true;
  }

  next(): Promise<void> {
    this.#between(++this.#steps);
    return Promise.resolve();
  }

  get steps(): number {
    return this.#steps;
  }
}

class Scene {
  readonly view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });

  async full(
    records: readonly InstanceRecord[],
    now: number,
    slice: TimeSlice = endlessSlice(),
  ): Promise<ReadonlySet<AppName>> {
    const round = this.view.begin('full');
    for (const record of records) round.add({ name: record.app, instances: [record] });
    return (await round.commit(undefined, now, slice)).changed;
  }

  served(): readonly string[] {
    return [...this.view.contributions(this.view.apps())].flatMap(([app, contribution]) =>
      (contribution?.instances ?? []).map((r) => `${app}/${r.id} ${r.hostName}`),
    );
  }
}

function listed(hostName: string): readonly InstanceRecord[] {
  return APPS.flatMap((app) => ['1', '2'].map((id) => instance(app, id, { hostName, lastUpdatedTimestamp: T0 })));
}

test('a write during a commit stays, and is in the changes of the answer in the end', async () => {
  const scene = new Scene();
  await scene.full(listed('old'), T0);
  const written = instance('CAROL', '1', { hostName: 'written', lastUpdatedTimestamp: T0 + 5 });
  for (let at = 1; at <= 6; at++) {
    const slice = new HeldSlice((step) => {
      if (step === at) scene.view.recordWrite(appName('CAROL'), written, T0 + 5, T0 + 10);
    });
    const changed = await scene.full(listed(`new-${at}`), T0 + 10, slice);
    assert.ok(slice.steps >= at, `${slice.steps} steps`);
    assert.deepEqual([...changed].toSorted().slice(0, 2), ['ALICE', 'BOB']);
    const carol = scene.view.contributions(new Set([appName('CAROL')])).get(appName('CAROL'));
    assert.deepEqual(
      carol?.instances.map(({ hostName }) => hostName),
      ['written', `new-${at}`],
    );
    assert.ok(scene.served().includes(`ALICE/1 new-${at}`));
  }
});

test('a cancel during a commit whose answer still lists the instance stays', async () => {
  for (let at = 1; at <= 6; at++) {
    const scene = new Scene();
    await scene.full(listed('old'), T0);
    const slice = new HeldSlice((step) => {
      if (step === at) scene.view.recordCancel(appName('BOB'), instanceId('2'), T0 + 10);
    });
    await scene.full(listed('new'), T0 + 10, slice);
    assert.ok(slice.steps >= at, `${slice.steps} steps`);
    assert.deepEqual(
      scene.served().filter((each) => each.startsWith('BOB')),
      ['BOB/1 new'],
    );
  }
});

test('a mass removal is never visible, not even to a write during the commit', async () => {
  for (let at = 1; at <= 3; at++) {
    const scene = new Scene();
    await scene.full(listed('old'), T0);
    const seen: number[] = [];
    const slice = new HeldSlice((step) => {
      if (step === at) scene.view.recordWrite(appName('BOB'), instance('BOB', '3'), undefined, T0 + 10);
      seen.push(scene.served().length);
    });
    await scene.full([], T0 + 10, slice);
    assert.ok(slice.steps >= at, `${slice.steps} steps`);
    assert.ok(
      seen.every((count, step) => count === (step + 1 >= at ? 7 : 6)),
      seen.join(),
    );
    assert.equal(scene.served().length, 7);
    assert.equal(scene.view.holds()[0]?.instances, 6);
  }
});

test('a hold ends when its instance is listed again, and is let through when it stays away', async () => {
  const scene = new Scene();
  await scene.full(listed('old'), T0);
  await scene.full([], T0 + 1);
  assert.equal(scene.view.holds()[0]?.instances, 6);
  await scene.full(listed('old').slice(0, 2), T0 + 2);
  assert.equal(scene.view.holds()[0]?.instances, 4);
  assert.equal(scene.served().length, 6);
  await scene.full(listed('old').slice(0, 2), T0 + 30_000);
  const changed = await scene.full(listed('old').slice(0, 2), T0 + 60_001);
  assert.deepEqual([...changed], ['BOB', 'CAROL']);
  assert.deepEqual(scene.served(), ['ALICE/1 old', 'ALICE/2 old']);
  assert.deepEqual(scene.view.holds(), []);
});

/** The legacy itself does not know the instance, when it is asked for it. */
function recheckFindsNone(scene: Scene, now: number): void {
  const verdict = { answer: 'none', taker: undefined, isPolled: true } as const;
  const writes = scene.view.dueRechecks(now, 10);
  scene.view.recordRechecks(
    writes.map((write) => ({ write, verdict })),
    now,
  );
}

const written = (app: AppName, id: string): InstanceRecord =>
  instance(app, id, { hostName: 'written', lastUpdatedTimestamp: T0 + 5 });

test('a restarted legacy takes nobody back to what was before a write that no answer had listed yet', async () => {
  const scene = new Scene();
  await scene.full(listed('old'), T0);
  scene.view.recordWrite(appName('CAROL'), written(appName('CAROL'), '1'), T0 + 5, T0 + 5);
  await scene.full([], T0 + 11_000);
  assert.equal(scene.view.holds()[0]?.instances, 5, 'the written one is not served because of the hold');
  recheckFindsNone(scene, T0 + 11_000);
  assert.ok(scene.served().includes('CAROL/1 written'), scene.served().join());
  assert.equal(scene.served().length, 6);
  assert.equal(scene.view.holds()[0]?.instances, 6);
});

test('what registers again through us is held no more: a hold has what its release removes', async () => {
  const scene = new Scene();
  await scene.full(listed('old'), T0);
  // One before the loss is seen, one after it.
  scene.view.recordWrite(appName('ALICE'), written(appName('ALICE'), '1'), T0 + 1, T0 + 1);
  await scene.full([], T0 + 2);
  scene.view.recordWrite(appName('CAROL'), written(appName('CAROL'), '1'), T0 + 5, T0 + 5);
  scene.view.recordWrite(appName('CAROL'), written(appName('CAROL'), '2'), T0 + 5, T0 + 5);
  const [hold] = scene.view.holds();
  assert.deepEqual([hold?.instances, hold?.instancesBefore, hold?.applications], [3, 6, 2]);
  assert.deepEqual(
    hold?.held.map(({ name, first }) => [name, first]),
    [
      ['ALICE', ['2']],
      ['BOB', ['1', '2']],
    ],
  );
  assert.equal(scene.view.held(appName('CAROL'), instanceId('1')), undefined);
  scene.view.release(hold?.id ?? '');
  assert.deepEqual(scene.served(), ['ALICE/1 written', 'CAROL/1 written', 'CAROL/2 written']);
});

test('a written instance whose loss had passed counts once', async () => {
  const scene = new Scene();
  const many = Array.from({ length: 9 }, (_, n) => instance('BOB', `${n}`, { hostName: 'old' }));
  await scene.full(many, T0);
  const two = many.slice(0, 2).map(({ id }) => written(appName('BOB'), id));
  for (const record of two) scene.view.recordWrite(record.app, record, T0 + 5, T0 + 5);
  await scene.full(many.slice(2), T0 + 11_000);
  recheckFindsNone(scene, T0 + 11_000);
  assert.deepEqual(scene.view.holds(), [], 'two of nine are gone, and not four');
  assert.equal(scene.served().length, 7);
});

test('the same of a write to an instance that was held already', async () => {
  const scene = new Scene();
  await scene.full(listed('old'), T0);
  await scene.full([], T0 + 1);
  scene.view.recordWrite(appName('CAROL'), written(appName('CAROL'), '1'), T0 + 5, T0 + 5);
  recheckFindsNone(scene, T0 + 11_000);
  assert.ok(scene.served().includes('CAROL/1 written'), scene.served().join());
  assert.equal(scene.view.holds()[0]?.instances, 6);
});

test('an instance that registered again while an operator keeps its hold is served when the legacy has lost that too', async () => {
  for (const id of ['1', '3'])
    for (const endsBy of ['recheck', 'age'] as const) {
      const scene = new Scene();
      await scene.full(listed('old'), T0);
      await scene.full(listed('old').slice(0, 1), T0 + 1);
      scene.view.keep(scene.view.holds()[0]?.id ?? '');
      scene.view.recordWrite(appName('CAROL'), written(appName('CAROL'), id), T0 + 5, T0 + 5);
      if (endsBy === 'recheck') recheckFindsNone(scene, T0 + 11_000);
      else await scene.full(listed('old').slice(0, 1), T0 + 60_005);
      assert.equal(scene.view.pendingSize, 0);
      assert.ok(scene.served().includes(`CAROL/${id} written`), `${endsBy}: ${scene.served().join()}`);
      const [hold] = scene.view.holds();
      assert.deepEqual([hold?.instances, hold?.releasesAt], [id === '1' ? 5 : 6, undefined]);
      // A list that has it ends its hold; that it is gone from there then is judged on its own.
      const back = written(appName('CAROL'), id);
      await scene.full([...listed('old').slice(0, 1), back], T0 + 61_000);
      await scene.full(listed('old').slice(0, 1), T0 + 62_000);
      assert.ok(!scene.served().includes(`CAROL/${id} written`));
    }
});

test('a hold all of whose instances register again is there again when the legacy does not know them', async () => {
  const all = Array.from({ length: 10 }, (_, n) => instance('BOB', `${n}`, { hostName: 'old' }));
  const again = all.slice(0, 4).map(({ id }) => written(appName('BOB'), id));
  for (const kept of [false, true])
    for (const endsBy of ['recheck', 'age', 'cancel', 'list', 'release'] as const) {
      const scene = new Scene();
      await scene.full(all, T0);
      await scene.full(all.slice(4), T0 + 1);
      const [hold] = scene.view.holds();
      if (kept) scene.view.keep(hold?.id ?? '');
      for (const record of again) scene.view.recordWrite(record.app, record, T0 + 5, T0 + 5);
      // Once more, as clients do that are told 404 by another server.
      for (const record of again) scene.view.recordWrite(record.app, record, T0 + 6, T0 + 6);
      assert.deepEqual(scene.view.holds(), []);
      if (endsBy === 'list') await scene.full([...again, ...all.slice(4)], T0 + 10_000);
      if (endsBy === 'list') await scene.full([...again.slice(1), ...all.slice(4)], T0 + 11_000);
      if (endsBy === 'cancel') for (const { app, id } of again) scene.view.recordCancel(app, id, T0 + 10_000);
      recheckFindsNone(scene, T0 + 17_000);
      if (endsBy === 'age') await scene.full(all.slice(4), T0 + 70_000);
      if (endsBy === 'release') scene.view.release(hold?.id ?? '');
      const [now] = scene.view.holds();
      const count = { recheck: 4, age: 4, cancel: 0, list: 0, release: 0 }[endsBy];
      assert.equal(now?.instances ?? 0, count, endsBy);
      assert.equal(scene.served().length, 6 + { recheck: 4, age: 4, cancel: 0, list: 3, release: 0 }[endsBy], endsBy);
      if (count > 0) assert.deepEqual([now?.id, now?.releasesAt === undefined], [hold?.id, kept]);
    }
});

test('an instance that was only written joins the hold of those that were listed', async () => {
  for (const endsBy of ['recheck', 'age'] as const) {
    const scene = new Scene();
    await scene.full(listed('old'), T0);
    scene.view.recordWrite(appName('BOB'), written(appName('BOB'), '3'), T0 + 5, T0 + 5);
    await scene.full([], T0 + 11_000);
    if (endsBy === 'recheck') recheckFindsNone(scene, T0 + 11_000);
    else await scene.full([], T0 + 60_005);
    assert.ok(scene.served().includes('BOB/3 written'), `${endsBy}: ${scene.served().join()}`);
    assert.equal(scene.view.holds()[0]?.instances, 7);
    assert.equal(scene.view.pendingSize, 0);
  }
});

test('a written instance that the legacy does not know goes when no more than a few are gone', async () => {
  const scene = new Scene();
  await scene.full(listed('old'), T0);
  scene.view.recordWrite(appName('BOB'), written(appName('BOB'), '3'), T0 + 5, T0 + 5);
  await scene.full(listed('old'), T0 + 11_000);
  assert.equal(scene.served().length, 7);
  recheckFindsNone(scene, T0 + 11_000);
  assert.equal(scene.served().length, 6);
  assert.deepEqual(scene.view.holds(), []);
});

test('an instance of which lists had shown the cancel is not served again by an older list, nor after a delta in between', async () => {
  for (const isDeltaFirst of [false, true]) {
    const scene = new Scene();
    await scene.full(listed('old'), T0);
    scene.view.recordCancel(appName('CAROL'), instanceId('2'), T0 + 1000);
    await scene.full(listed('old').slice(0, 5), T0 + 2000);
    assert.equal(scene.view.pendingSize, 0);
    if (isDeltaFirst) {
      const round = scene.view.begin('delta');
      round.add({ name: appName('CAROL'), instances: listed('old').slice(5) });
      await round.commit('that of something else', T0 + 3000, endlessSlice());
    }
    await scene.full(listed('old'), T0 + 4000);
    assert.equal(scene.view.instance(appName('CAROL'), instanceId('2')), undefined);
    assert.equal(scene.served().length, 5);
  }
});
