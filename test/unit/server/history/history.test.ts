import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../../../server/history/history.ts';
import { letThroughBy } from '../../../../server/history/let-through.ts';
import { appName, instanceId, sourceId } from '../../../../shared/model/names.ts';
import { emptyApplication, type MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { ABSORBED } from '../../../../shared/registry/overlay.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { HandSource } from '../../../support/hand-source.ts';
import { heapInUse } from '../../../support/heap-in-use.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { finished } from '../../../support/time-slices.ts';

const START = 1_750_000_000_000;

/** One application whose instances the test sets, with its history. */
class Scene {
  readonly clock = new SteppedClock(START);
  readonly history: History;
  snapshot: RegistrySnapshot = emptySnapshot(1, START);

  constructor(keep: number, maxBytes?: number) {
    this.history = new History({
      clock: this.clock,
      keep,
      writesTo: () => [],
      letThroughBy: () => undefined,
      presenceOf: () => undefined,
      ...(maxBytes !== undefined && { maxBytes }),
    });
    this.history.note(this.snapshot, []);
  }

  set(app: string, ids: readonly string[]): void {
    const name = appName(app);
    const before = application(this.snapshot, name);
    const contribution = { instances: ids.map((id) => instance(app, id)), publications: [], refusals: [] };
    const sources = [{ source: sourceId('legacy'), contribution }];
    const after = mergeApplication(name, sources, OPEN_RULES, before, this.clock.now());
    this.snapshot = advance(this.snapshot, new Map([[name, after]]), this.clock.now(), DELTA_WINDOW).snapshot;
    this.history.note(this.snapshot, [[before, after]]);
  }

  /** One hidden instance, as it is absorbed. */
  hide(app: string, id: string, text: string): void {
    const before = application(this.snapshot, appName(app));
    const record = instance(app, id, { metadata: new Map([['k', text]]) });
    const origin = { kind: 'registration' as const, source: ABSORBED };
    const after: MergedApplication = {
      ...emptyApplication(appName(app)),
      hidden: [{ record, origin, code: 'overlay', reason: 'out of reach' }],
    };
    this.snapshot = advance(this.snapshot, new Map([[after.name, after]]), this.clock.now(), DELTA_WINDOW).snapshot;
    this.history.note(this.snapshot, [[before, after]]);
  }

  ids(app: string, at: number): readonly string[] | undefined {
    return finished(this.history.applicationAt(this.snapshot, appName(app), at))?.served.map(({ id }) => id);
  }
}

test('each moment shows what was served then, also of applications that nobody touched', () => {
  const scene = new Scene(3_600_000);
  scene.clock.advance(1000);
  scene.set('ALICE', ['a-1']);
  scene.clock.advance(1000);
  scene.set('BOB', ['b-1']);
  scene.clock.advance(1000);
  scene.set('ALICE', ['a-1', 'a-2']);
  assert.deepEqual(
    [500, 1000, 2500, 3000].map((ms) => scene.ids('ALICE', START + ms)),
    [undefined, ['a-1'], ['a-1'], ['a-1', 'a-2']],
  );
  const names = finished(scene.history.applicationsAt(scene.snapshot, START + 1500)).map(({ name }) => name);
  assert.deepEqual(names, ['ALICE']);
  assert.equal(scene.history.since, START);
});

test('what is older than is to be kept is forgotten, and the beginning moves on', () => {
  const scene = new Scene(60_000);
  scene.clock.advance(1000);
  scene.set('ALICE', ['a-1']);
  scene.clock.advance(30_000);
  scene.set('ALICE', ['a-2']);
  assert.equal([...scene.history.moments()].length, 2);
  scene.clock.advance(40_000);
  assert.equal(scene.history.since, START + 1000);
  assert.equal([...scene.history.moments()].length, 1);
  assert.deepEqual(scene.ids('ALICE', START + 1000), ['a-1']);
  scene.clock.advance(60_000);
  assert.equal(scene.history.since, START + 31_000);
  assert.deepEqual(scene.history.size, { bytes: 0, moments: 0 });
});

test('what changes and what is forgotten while somebody looks back alters nothing of what is shown', () => {
  const scene = new Scene(60_000);
  for (const id of ['a-1', 'a-2', 'a-3']) {
    scene.clock.advance(1000);
    scene.set('ALICE', [id]);
    scene.set('BOB', [id]);
  }
  let steps = 0;
  const lookBack = scene.history.applicationsAt(scene.snapshot, START + 1500);
  const shown = finished(lookBack, () => {
    steps++;
    scene.clock.advance(40_000);
    scene.set('ALICE', [`later-${steps}`]);
    scene.set(`NEW-${steps}`, ['n-1']);
  });
  assert.ok(steps >= 4, `${steps} steps`);
  assert.deepEqual(
    shown.map(({ name, served }) => [name, served.map(({ id }) => id)]),
    [
      ['ALICE', ['a-1']],
      ['BOB', ['a-1']],
    ],
  );
});

test('memory is bounded: the oldest changes go first, and one that is too large keeps nothing', () => {
  const scene = new Scene(3_600_000, 20_000);
  for (let i = 0; i < 200; i++) {
    scene.clock.advance(1000);
    scene.set('ALICE', [`a-${i}`]);
    assert.ok(scene.history.size.bytes <= 20_000);
  }
  assert.ok(scene.history.size.moments > 2);
  const { since = 0 } = scene.history;
  assert.ok(since > START);
  assert.deepEqual(scene.ids('ALICE', since), [`a-${(since - START) / 1000 - 1}`]);
  scene.set(
    'BOB',
    Array.from({ length: 1000 }, (_, i) => `b-${i}`),
  );
  assert.deepEqual([scene.history.size.moments, scene.history.since], [0, scene.clock.now()]);
});

test('one hidden instance that registers again and again fills no memory', () => {
  const scene = new Scene(3_600_000, 1_000_000);
  const before = heapInUse();
  for (let i = 0; i < 400; i++) {
    scene.clock.advance(1000);
    scene.hide('ALICE', 'a-1', `${i}${'v'.repeat(100_000)}`.normalize());
  }
  const kept = heapInUse() - before;
  const { bytes, moments } = scene.history.size;
  assert.ok(moments > 3 && bytes <= 1_000_000, `${moments} moments, ${bytes} bytes`);
  assert.ok(kept < 2_000_000, `${kept} bytes are kept, and ${bytes} are told`);
});

test('a clock that is set back puts no change before an earlier one', () => {
  const scene = new Scene(3_600_000);
  scene.clock.advance(10_000);
  scene.set('ALICE', ['a-1']);
  scene.clock.advance(-8000);
  scene.set('ALICE', ['a-2']);
  const times = Array.from(scene.history.moments(), ({ at }) => at - START);
  assert.deepEqual(times, [10_000, 10_000]);
});

test('nothing is kept when nothing is to be kept', () => {
  const scene = new Scene(0);
  scene.clock.advance(1000);
  scene.set('ALICE', ['a-1']);
  assert.deepEqual(scene.history.size, { bytes: 0, moments: 0 });
  assert.equal(scene.history.since, START + 1000);
});

test('the hold that let a removal through is asked of the source of the entry, for a copy by its original', () => {
  const asked: unknown[][] = [];
  const source = Object.assign(new HandSource('legacy'), {
    holding: {
      holds: () => [],
      held: () => undefined,
      letThroughBy: (...args: unknown[]) => {
        asked.push(args);
        return 'legacy-1a';
      },
      release: () => false,
      keep: () => false,
    },
  });
  const of = letThroughBy([source, new HandSource('other')]);
  const app = appName('ALICE');
  const record = instance('ALICE', 'a-1');
  const legacy = sourceId('legacy');
  const object = 'main/shop/alice';
  assert.equal(of(app, { record, origin: { kind: 'registration', source: legacy } }), 'legacy-1a');
  of(app, { record, origin: { kind: 'copy', source: legacy, original: instanceId('a-0'), object } });
  const made = { kind: 'ingress' as const, object, statusReason: '', notices: [], changedAt: START };
  of(app, { record, origin: { ...made, source: legacy } });
  assert.equal(of(app, { record, origin: { ...made, source: sourceId('other') } }), undefined);
  assert.deepEqual(asked, [
    ['ALICE', 'a-1', undefined],
    ['ALICE', 'a-0', undefined],
    ['ALICE', 'a-1', object],
  ]);
});
