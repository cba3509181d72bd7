import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Answers } from '../../../../server/encode/answers.ts';
import { codecOf } from '../../../../server/encode/codec.ts';
import { variantOf, type Answer, type Variant } from '../../../../server/encode/variant.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { emptyLog } from '../../../../shared/registry/delta.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { heapInUse } from '../../../support/heap-in-use.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { endlessSlice, stepByStep } from '../../../support/time-slices.ts';

const NOW = 1_750_000_000_000;

/** Puts `count` instances, each of `weight` bytes or so, into one application. */
function put(
  snapshot: RegistrySnapshot,
  app: string,
  count: number,
  weight = 0,
  color = '',
  now = NOW,
): RegistrySnapshot {
  const instances = Array.from({ length: count }, (_, i) =>
    instance(app, `${app}-${i}`, {
      metadata: new Map([
        ['color', color],
        ['pad', 'é'.repeat(weight)],
      ]),
    }),
  );
  const name = appName(app);
  const merged = mergeApplication(
    name,
    [{ source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } }],
    OPEN_RULES,
    application(snapshot, name),
    now,
  );
  return advance(snapshot, new Map([[name, merged]]), now, DELTA_WINDOW).snapshot;
}

const VARIANTS: readonly Variant[] = (['json', 'xml'] as const).flatMap((format) =>
  (['full', 'compact'] as const).flatMap((detail) =>
    (['identity', 'gzip'] as const).map((coding) => variantOf(format, detail, coding)),
  ),
);

/** The answer, which must not be a promise. */
function ready(answer: Answer | Promise<Answer>): Answer {
  assert.ok(!(answer instanceof Promise));
  return answer;
}

function textOf(given: Answer | Promise<Answer>): string {
  const answer = ready(given);
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body, 'latin1') : Buffer.concat(answer.body);
  assert.equal(bytes.length, answer.length);
  return (answer.headers.includes('gzip') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The document as encoded without any cache. */
function naive(snapshot: RegistrySnapshot, { format, detail }: Variant): string {
  const { head, separator, tail } = codecOf(format).frame(detail, '1', snapshot.hashCode);
  const texts = snapshot.applications
    .filter(({ served }) => served.length > 0)
    .map(({ name, served }) => codecOf(format).application(name, served, detail));
  return head + texts.join(separator) + tail;
}

test('whatever changes, every variant of the full answer is the registry encoded from scratch', () => {
  const change = fc.record({
    app: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'),
    count: fc.nat(3),
    weight: fc.constantFrom(0, 10, 9_000, 40_000),
    color: fc.constantFrom('red', 'blue'),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
      const answers = new Answers(endlessSlice);
      let snapshot = emptySnapshot(1, NOW);
      for (const { app, count, weight, color } of changes) {
        snapshot = put(snapshot, app, count, weight, color);
        for (const variant of VARIANTS.filter(({ detail }) => detail === 'full'))
          assert.equal(textOf(answers.apps(snapshot, variant)), naive(snapshot, variant));
      }
      for (const variant of VARIANTS) assert.equal(textOf(answers.apps(snapshot, variant)), naive(snapshot, variant));
    }),
    { numRuns: 60 },
  );
});

test('an empty registry is a whole document in every variant', () => {
  const answers = new Answers(endlessSlice);
  const snapshot = emptySnapshot(1, NOW);
  const json = textOf(answers.apps(snapshot, variantOf('json', 'full', 'gzip')));
  assert.deepEqual(JSON.parse(json), { applications: { versions__delta: '1', apps__hashcode: '', application: [] } });
  assert.match(
    textOf(answers.apps(snapshot, variantOf('xml', 'full', 'identity'))),
    /<apps__hashcode><\/apps__hashcode>/,
  );
});

test('the delta has the changes, and the hash of the whole', () => {
  const answers = new Answers(endlessSlice);
  const before = put(put(emptySnapshot(1, NOW), 'A', 2), 'B', 1);
  const snapshot = put({ ...before, log: emptyLog(before.version) }, 'A', 1);
  const delta = JSON.parse(textOf(answers.delta(snapshot, variantOf('json', 'full', 'identity'))));
  assert.equal(delta.applications.apps__hashcode, 'UP_2_');
  assert.equal(delta.applications.versions__delta, String(snapshot.version));
  assert.deepEqual(
    delta.applications.application.map(({ name }: { name: string }) => name),
    ['A'],
  );
  const [gone] = delta.applications.application[0].instance;
  assert.equal(gone.actionType, 'DELETED');
  assert.equal(gone.leaseInfo.evictionTimestamp, NOW);
  assert.equal(gone.vipAddress, 'a', 'deleted items are whole instances');
});

test('an unchanged answer is the same object, a change elsewhere included', () => {
  const answers = new Answers(endlessSlice);
  const variant = variantOf('json', 'full', 'gzip');
  const first = put(put(emptySnapshot(1, NOW), 'A', 1), 'B', 1);
  const full = ready(answers.apps(first, variant));
  assert.equal(answers.apps(first, variant), full);
  const a = answers.application('A')(first, variant);
  const later = put(first, 'B', 2);
  assert.equal(answers.application('A')(later, variant), a);
  assert.notEqual(answers.apps(later, variant), full);
});

test('an answer of thousands of instances is kept until it changes, by all that ask for it', () => {
  const answers = new Answers(endlessSlice);
  const first = put(put(emptySnapshot(1, NOW), 'A', 4000, 700), 'B', 1);
  for (const format of ['json', 'xml'] as const) {
    const variant = variantOf(format, 'full', 'identity');
    const [a, vip] = [answers.application('A')(first, variant), answers.vip('vip', 'a')(first, variant)];
    assert.ok(a !== undefined && ready(a).length > 6_000_000 && ready(vip).length > 6_000_000);
    const later = put(first, 'B', 2);
    for (const snapshot of [first, later]) {
      assert.equal(answers.application('A')(snapshot, variant), a);
      assert.equal(answers.vip('vip', 'a')(snapshot, variant), vip);
    }
  }
});

test('who asks again and again gets what who asks for the first time gets', () => {
  const variants = [
    variantOf('json', 'full', 'identity'),
    variantOf('json', 'full', 'gzip'),
    variantOf('xml', 'compact', 'identity'),
  ];
  const ask = fc.record({
    app: fc.constantFrom('A', 'B', 'C'),
    variant: fc.constantFrom(...variants),
  });
  const cache = 4 * 1024 * 1024;
  // The largest take more than the cache has, and a few of the next push each other out.
  const weight = fc.constantFrom(0, 100, 700_000, 3_000_000);
  const change = fc.record({ app: fc.constantFrom('A', 'B', 'C'), count: fc.nat(2), weight });
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 4, arbitrary: ask }, { weight: 1, arbitrary: change }), { maxLength: 30 }),
      (steps) => {
        const answers = new Answers(endlessSlice, cache);
        const asking = new Map(
          ['A', 'B', 'C'].map((app) => [
            app,
            { app: answers.application(app), vip: answers.vip('vip', app.toLowerCase()) },
          ]),
        );
        let snapshot = emptySnapshot(1, NOW);
        for (const step of steps) {
          if (!('variant' in step)) {
            snapshot = put(snapshot, step.app, step.count, step.weight);
            continue;
          }
          const { app, variant } = step;
          const anew = new Answers(endlessSlice);
          const found = asking.get(app)?.app(snapshot, variant);
          const expected = anew.application(app)(snapshot, variant);
          assert.equal(found && textOf(found), expected && textOf(expected));
          const vip = asking.get(app)?.vip(snapshot, variant);
          assert.equal(vip && textOf(vip), textOf(anew.vip('vip', app.toLowerCase())(snapshot, variant)));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('who once asked for an answer that is gone keeps nothing of it', () => {
  const answers = new Answers(endlessSlice);
  const asked: unknown[] = [];
  let snapshot = emptySnapshot(1, NOW);
  const before = heapInUse();
  // As by URLs that differ in a query: each asks once, and the application changes in between.
  for (let i = 0; i < 300; i++) {
    snapshot = put(snapshot, 'A', 50, 1000, String(i));
    const [find, findVip] = [answers.application('A'), answers.vip('vip', 'a')];
    find(snapshot, variantOf('json', 'full', 'identity'));
    findVip(snapshot, variantOf('json', 'full', 'identity'));
    asked.push(find, findVip);
  }
  snapshot = emptySnapshot(1, NOW);
  const bytes = heapInUse() - before;
  assert.equal(asked.length, 600);
  // All that they asked for is 30 MB of records.
  assert.ok(bytes < 5_000_000, `${bytes} bytes`);
});

test('a vip answer has the hash of its matches and version -1; without matches it is an empty document', () => {
  const answers = new Answers(endlessSlice);
  const snapshot = put(put(emptySnapshot(1, NOW), 'A', 2), 'B', 1);
  const variant = variantOf('json', 'full', 'identity');
  const found = JSON.parse(textOf(answers.vip('vip', 'a')(snapshot, variant))).applications;
  assert.deepEqual([found.versions__delta, found.apps__hashcode, found.application.length], ['-1', 'UP_2_', 1]);
  const none = JSON.parse(textOf(answers.vip('vip', 'A')(snapshot, variant))).applications;
  assert.deepEqual([none.apps__hashcode, none.application], ['', []]);
});

test('a large identity document is sent in pieces, not joined', () => {
  const answers = new Answers(endlessSlice);
  let snapshot = emptySnapshot(1, NOW);
  for (let i = 0; i < 40; i++) snapshot = put(snapshot, `APP${i}`, 2, 20_000);
  const answer = ready(answers.apps(snapshot, variantOf('json', 'full', 'identity')));
  assert.ok(typeof answer.body !== 'string' && answer.body.length > 2);
  assert.ok(answer.body.every((part) => part.length <= 256 * 1024));
  assert.equal(textOf(answer), naive(snapshot, variantOf('json', 'full', 'identity')));
});

test('a large load is encoded step by step; requests meanwhile get the same bytes, or later ones', async () => {
  const answers = new Answers(stepByStep);
  let first = emptySnapshot(1, NOW);
  for (let i = 0; i < 30; i++) first = put(first, `APP${i}`, 2, 3_000);
  const later = put(first, 'APP7', 1, 10);
  for (const variant of VARIANTS) {
    const asked = [first, first, later].map(async (snapshot) => answers.apps(snapshot, variant));
    const [a, b, c] = await Promise.all(asked);
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    assert.equal(textOf(c), naive(later, variant));
    // The first request may already get what the second one made.
    for (const each of [a, b]) assert.ok([naive(first, variant), naive(later, variant)].includes(textOf(each)));
    assert.equal(await answers.apps(first, variant), await answers.apps(later, variant), 'never back to an old one');
  }
});

test('a load of hundreds of applications is compressed on other threads, and what follows builds on it', async () => {
  let registry = emptySnapshot(1, NOW);
  // Small ones, one larger than a segment, and enough of them for many segments.
  for (let i = 0; i < 320; i++) registry = put(registry, `APP${i}`, 1 + (i % 3), i === 200 ? 60_000 : 400);
  const changed = put(put(registry, 'APP7', 5, 10), 'APP319', 0);
  for (const newTimeSlice of [endlessSlice, stepByStep])
    for (const variant of VARIANTS) {
      const answers = new Answers(newTimeSlice);
      const asked = [answers.apps(registry, variant), answers.apps(registry, variant)];
      for (const answer of asked)
        assert.ok(answer instanceof Promise, 'its end is waited for, whatever a slice allows');
      const [a, b] = [await asked[0], await asked[1]];
      assert.equal(a, b, 'made once');
      assert.ok(a !== undefined);
      assert.equal(textOf(a), naive(registry, variant));
      assert.equal(textOf(await answers.apps(changed, variant)), naive(changed, variant));
    }
});

test('whatever changes and leaves the window, the delta is the changes of the window encoded from scratch', () => {
  const step = fc.record({
    app: fc.constantFrom('A', 'B', 'C'),
    count: fc.nat(4),
    color: fc.constantFrom('red', 'blue'),
    wait: fc.constantFrom(0, 1000, 200_000, 400_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const answers = new Answers(endlessSlice);
      let now = NOW;
      let snapshot = emptySnapshot(1, now);
      for (const { app, count, color, wait } of steps) {
        now += wait;
        snapshot = put(snapshot, app, count, 0, color, now);
        for (const variant of VARIANTS)
          assert.equal(
            textOf(answers.delta(snapshot, variant)),
            textOf(new Answers(endlessSlice).delta(snapshot, variant)),
          );
      }
    }),
    { numRuns: 40 },
  );
});

test('each application has its share of the bytes of the delta, once somebody has asked for it', async () => {
  const answers = new Answers(endlessSlice);
  assert.equal(answers.deltaBytes(), undefined);
  let snapshot = put(emptySnapshot(1, NOW), 'FLAPPING', 30, 200);
  snapshot = put(snapshot, 'QUIET', 1, 200);
  const { length } = await answers.delta(snapshot, variantOf('json', 'full', 'gzip'));
  const bytes = answers.deltaBytes() ?? [];
  assert.deepEqual(
    bytes.map(({ name, rows }) => [name, rows]),
    [
      ['FLAPPING', 30],
      ['QUIET', 1],
    ],
  );
  const sum = bytes.reduce((all, each) => all + each.bytes, 0);
  assert.ok(sum > 0 && sum < length, `${sum} of ${length} bytes: the rest is the frame`);
  assert.ok((bytes[0]?.bytes ?? 0) > (bytes[1]?.bytes ?? 0) * 10);
});
