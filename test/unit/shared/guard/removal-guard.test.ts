import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GuardsConfig } from '../../../../shared/config/config.ts';
import { RemovalGuard, type LostApps, type Published } from '../../../../shared/guard/removal-guard.ts';
import { appName, type AppName } from '../../../../shared/model/names.ts';

const GUARDS: GuardsConfig = { maxRemoval: 30, minInstances: 3, grace: 300_000, window: 60_000 };
const T0 = 1_750_000_000_000;

function guard(changes: Partial<GuardsConfig> = {}): RemovalGuard<string> {
  return new RemovalGuard('cluster:main', { ...GUARDS, ...changes });
}

/** Applications `A<from>` and so on, of one Ingress each. */
function lost(count: number, from = 0): LostApps<string> {
  return new Map(
    Array.from({ length: count }, (_, n) => [appName(`a${from + n}`), new Map([[`shop/a${from + n}`, 'known']])]),
  );
}

function published(applications: number): Published {
  return { applications, ingresses: applications };
}

const app = (n: number): AppName => appName(`a${n}`);

test('at the limit applications may go, beyond it they are held', () => {
  const mild = guard();
  assert.deepEqual(mild.judge(lost(3), published(10), T0), []);
  assert.deepEqual(mild.holds(), []);
  const strict = guard();
  assert.deepEqual(strict.judge(lost(4), published(10), T0), [app(0), app(1), app(2), app(3)]);
  const [hold] = strict.holds();
  assert.match(hold?.id ?? '', /^cluster:main-[0-9a-f]{8}$/);
  assert.deepEqual(strict.holds(), [
    {
      id: hold?.id,
      since: T0,
      what: '4 of 10 published applications are gone at once, more than 30 %',
      counted: 'Ingress',
      instances: 4,
      instancesBefore: 10,
      applications: 4,
      held: [0, 1, 2, 3].map((n) => ({ name: app(n), count: 1, first: [`shop/a${n}`] })),
      releasesAt: T0 + GUARDS.grace,
    },
  ]);
  assert.deepEqual(strict.held(app(0)), { holdId: hold?.id, since: T0, releasesAt: T0 + GUARDS.grace });
  assert.equal(strict.held(app(4)), undefined);
});

test('fewer than the least number may go, all of them included', () => {
  assert.deepEqual(guard().judge(lost(2), published(2), T0), []);
  assert.equal(guard().judge(lost(3), published(3), T0).length, 3);
  assert.equal(guard({ minInstances: 1 }).judge(lost(1), published(1), T0).length, 1);
});

test('when all are gone the hold says so', () => {
  const empty = guard();
  empty.judge(lost(4), published(4), T0);
  assert.equal(empty.holds()[0]?.what, 'all 4 published applications are gone, more than 30 %');
});

test('where nothing is lost nothing is judged, and what went before stays gone', () => {
  const calm = guard();
  assert.deepEqual(calm.judge(lost(3), published(10), T0), []);
  assert.deepEqual(calm.judge(new Map(), published(0), T0 + 1_000), []);
  assert.deepEqual(calm.holds(), []);
});

test('without a hold nothing is known of it, and there is nothing to release or to keep', () => {
  const calm = guard();
  assert.equal(calm.release('cluster:main-00000000').size, 0);
  assert.equal(calm.keep('cluster:main-00000000'), false);
  assert.deepEqual([...calm.ingressesOf(app(0))], []);
  assert.equal(calm.known(app(0), 'shop/a0'), undefined);
});

test('the first few of what is held, for a list that must not become long', () => {
  const held = guard();
  held.judge(lost(4), published(10), T0);
  assert.deepEqual(held.apps(2), [app(0), app(1)]);
  assert.deepEqual(held.apps(9), [app(0), app(1), app(2), app(3)]);
});

test('a maxRemoval of 100 % switches it off', () => {
  const off = guard({ maxRemoval: 100 });
  assert.deepEqual(off.judge(lost(10), published(10), T0), []);
  for (let n = 0; n < 10; n++) assert.deepEqual(off.judge(lost(1, n + 10), published(10 - n), T0 + n), []);
});

test('losses that come one by one: the one that crosses the limit is held, and those of the window come back', () => {
  const wave = guard();
  for (let n = 0; n < 3; n++) assert.deepEqual(wave.judge(lost(1, n), published(10 - n), T0 + n * 1_000), []);
  assert.deepEqual(wave.judge(lost(1, 3), published(7), T0 + 3_000), [app(0), app(1), app(2), app(3)]);
  assert.equal(wave.holds()[0]?.applications, 4);
  assert.equal(wave.holds()[0]?.instancesBefore, 10);
  assert.equal(wave.known(app(0), 'shop/a0'), 'known');
  assert.deepEqual(wave.judge(lost(1, 4), published(10), T0 + 4_000), [app(4)], 'the rest of the wave joins');
});

test('a slow bleed counts as one loss within the grace period; what is older than the window stays gone', () => {
  const bleeding = guard();
  const step = 70_000;
  for (let n = 0; n < 3; n++) assert.deepEqual(bleeding.judge(lost(1, n), published(10 - n), T0 + n * step), []);
  assert.deepEqual(bleeding.judge(lost(1, 3), published(7), T0 + 3 * step), [app(3)]);
  assert.equal(
    bleeding.holds()[0]?.what,
    '4 of 10 published applications are gone within 5 min, more than 30 %; 3 of them went before and are not held',
  );
});

test('what passed a whole window ago comes back, and no longer after it', () => {
  for (const [wait, back] of [
    [GUARDS.window, 4],
    [GUARDS.window + 1, 1],
  ] as const) {
    const wave = guard();
    wave.judge(lost(3), published(10), T0);
    assert.equal(wave.judge(lost(1, 3), published(7), T0 + wait).length, back);
  }
});

test('an application that is lost again counts from then on, and the others by their own time', () => {
  const flapping = guard();
  for (const [n, at] of [
    [0, 0],
    [1, 100_000],
    [0, 299_000],
  ] as const)
    assert.deepEqual(flapping.judge(lost(1, n), published(10), T0 + at), []);
  assert.deepEqual(flapping.judge(lost(2, 2), published(9), T0 + 400_000), [], 'three of ten');
});

test('applications that are deleted one by one over hours are a scale-down', () => {
  const calm = guard();
  for (let n = 0; n < 10; n++)
    assert.deepEqual(calm.judge(lost(1, n), published(10 - n), T0 + n * 150_000), [], `the ${n}th`);
});

test('what came back meanwhile does not count', () => {
  const flapping = guard();
  for (let n = 0; n < 20; n++) {
    assert.deepEqual(flapping.judge(lost(1, n % 5), published(10), T0 + n * 1_000), []);
    flapping.forget(app(n % 5));
  }
});

test('an application that is back is forgotten, and with the last one the hold', () => {
  const held = guard();
  held.judge(lost(4), published(4), T0);
  assert.deepEqual(held.forget(app(1)), ['shop/a1']);
  assert.deepEqual(held.forget(app(1)), []);
  assert.equal(held.held(app(1)), undefined);
  assert.equal(held.holds()[0]?.applications, 3);
  for (const n of [0, 2, 3]) held.forget(app(n));
  assert.deepEqual(held.holds(), []);
  assert.deepEqual(held.judge(lost(1, 9), published(10), T0 + 1_000), [], 'the next loss is judged by itself');
});

test('a grace period confirms what a view of later still does not show, each loss by its own time', () => {
  const held = guard();
  held.judge(lost(4), published(4), T0);
  held.judge(lost(1, 4), published(5), T0 + 100_000);
  assert.equal(held.confirm(T0 + 299_999, T0 + 299_999).size, 0);
  assert.equal(held.confirm(undefined, T0 + 300_000).size, 0, 'out of touch');
  assert.equal(held.confirm(T0, T0 + 300_000).size, 0, 'nothing was seen since');
  assert.deepEqual([...held.confirm(T0 + 1, T0 + 300_000).keys()], [app(0), app(1), app(2), app(3)]);
  assert.equal(held.holds()[0]?.applications, 1);
  assert.deepEqual([...held.confirm(T0 + 400_000, T0 + 400_000).keys()], [app(4)]);
  assert.deepEqual(held.holds(), []);
});

test('an operator lets a hold go, and what went so does not count against the next loss', () => {
  const held = guard();
  held.judge(lost(4), published(10), T0);
  assert.equal(held.release('cluster:main-00000000').size, 0);
  assert.equal(held.release(held.holds()[0]?.id ?? '').size, 4);
  assert.deepEqual(held.holds(), []);
  assert.deepEqual(held.judge(lost(1, 4), published(6), T0 + 1_000), []);
});

test('a hold is the cause of what it let through until that is back, and of nothing that came back before', () => {
  const judging = guard();
  judging.judge(lost(4), published(10), T0);
  const id = judging.holds()[0]?.id ?? '';
  const through = (n: number): string | undefined => judging.letThroughBy(app(n), `shop/a${n}`);
  judging.forget(app(0));
  assert.equal(through(1), undefined, 'it is held');
  judging.release(id);
  assert.deepEqual([0, 1, 2, 3].map(through), [undefined, id, id, id]);
  assert.equal(judging.letThroughBy(app(1), 'shop/another'), undefined);
  judging.forget(app(1));
  assert.deepEqual([0, 1, 2].map(through), [undefined, undefined, id]);
  judging.confirm(T0 + 1, T0 + 1);
  assert.equal(through(2), id, 'nothing went through since');
});

test('a hold that ends because everything is back let nothing through', () => {
  const judging = guard();
  judging.judge(lost(4), published(4), T0);
  for (let n = 0; n < 4; n++) judging.forget(app(n));
  assert.deepEqual(judging.holds(), []);
  for (let n = 0; n < 4; n++) assert.equal(judging.letThroughBy(app(n), `shop/a${n}`), undefined);
});

test('a hold that an operator keeps never expires, and keeps nothing else back', () => {
  const held = guard();
  held.judge(lost(4), published(10), T0);
  const id = held.holds()[0]?.id ?? '';
  assert.equal(held.keep('cluster:main-00000000'), false);
  assert.equal(held.keep(id), true);
  assert.equal(held.holds()[0]?.releasesAt, undefined);
  assert.equal(held.held(app(0))?.releasesAt, undefined);
  assert.equal(held.confirm(T0 + 9_000_000, T0 + 9_000_000).size, 0);
  assert.deepEqual(held.judge(lost(1, 4), published(10), T0 + 9_000_000), [], 'an ordinary deletion');
  assert.equal(held.judge(lost(4, 5), published(9), T0 + 9_000_001).length, 5, 'another wave, and what it began with');
  assert.equal(held.holds()[0]?.id, id);
  assert.equal(held.release(id).size, 9);
});

test('the id depends on what was lost first, not on when, in what order or what joins later', () => {
  const [one, other] = [guard(), guard()];
  one.judge(lost(4), published(10), T0);
  other.judge(new Map([...lost(4)].toReversed()), published(10), T0 + 5_000);
  assert.equal(one.holds()[0]?.id, other.holds()[0]?.id);
  const id = one.holds()[0]?.id;
  one.judge(lost(1, 4), published(10), T0 + 10_000);
  one.forget(app(0));
  assert.equal(one.holds()[0]?.id, id);
});

test('a hold is plain data that another guard takes over; its grace period begins anew', () => {
  const before = guard();
  before.judge(lost(4), published(10), T0);
  const state = before.state(T0);
  assert.deepEqual(structuredClone(state), state);
  const after = guard();
  const start = T0 + 3_600_000;
  after.restore(state, start);
  assert.deepEqual(after.holds(), [{ ...before.holds()[0], releasesAt: start + GUARDS.grace }]);
  after.watch(start + 1000);
  assert.equal(after.confirm(start + 2000, start + GUARDS.grace).size, 0);
  assert.equal(after.known(app(2), 'shop/a2'), 'known');
  assert.deepEqual(after.state(start), state);
  assert.equal(guard().state(T0).hold, undefined);
  assert.equal(after.confirm(start + 2000, start + 1000 + GUARDS.grace).size, 4);
});

/** Another process, some time later, with what the one before knew then. */
function restarted(before: RemovalGuard<string>, at: number, start = at): RemovalGuard<string> {
  const after = guard();
  after.restore(structuredClone(before.state(at)), start);
  return after;
}

test('a slow bleed is none the slower for a restart after each loss', () => {
  let bleeding = guard();
  for (let n = 0; n < 3; n++) {
    assert.deepEqual(bleeding.judge(lost(1, n), published(10 - n), T0 + n * 1_000), []);
    bleeding = restarted(bleeding, T0 + n * 1_000 + 500);
  }
  assert.deepEqual(bleeding.judge(lost(1, 3), published(7), T0 + 3_000), [app(0), app(1), app(2), app(3)]);
  assert.equal(bleeding.known(app(0), 'shop/a0'), 'known');
  assert.equal(bleeding.holds()[0]?.instancesBefore, 10);
});

test('over a restart, too, what is older than the window stays gone and counts, and later it does not', () => {
  const before = guard();
  before.judge(lost(3), published(10), T0);
  const late = T0 + GUARDS.window + 1;
  assert.deepEqual(before.state(late).passed[0], { app: app(0), since: T0, ingresses: [] });
  assert.deepEqual(restarted(before, late).judge(lost(1, 3), published(7), late), [app(3)]);
  assert.deepEqual(restarted(before, T0, late).judge(lost(1, 3), published(7), late), [app(3)]);
  assert.deepEqual(before.state(T0 + GUARDS.grace), { passed: [] });
  assert.deepEqual(restarted(before, late, T0 + GUARDS.grace).judge(lost(1, 3), published(7), T0 + GUARDS.grace), []);
});

test('a clock that was set back over a restart makes nothing that passed count for longer, or come back unknown', () => {
  const before = guard();
  before.judge(lost(3), published(10), T0);
  const late = T0 + GUARDS.window + 1;
  const start = T0 - 86_400_000;
  assert.deepEqual(restarted(before, late, start).judge(lost(1, 3), published(7), start), [app(3)]);
  const grown = start + GUARDS.grace;
  assert.deepEqual(restarted(before, late, start).judge(lost(1, 3), published(7), grown), []);
});

test('what passed and is lost again after a restart counts once', () => {
  const before = guard();
  before.judge(lost(2), published(10), T0);
  const after = restarted(before, T0);
  assert.deepEqual(after.judge(lost(3), published(10), T0 + 1_000), []);
});

test('what passed is forgotten when it is back after a restart', () => {
  const before = guard();
  before.judge(lost(3), published(10), T0);
  const after = restarted(before, T0);
  after.forget(app(0));
  assert.deepEqual(after.judge(lost(1, 3), published(8), T0 + 1_000), []);
});

test('the first view after a restart gives no more time to what was lost since', () => {
  const held = guard();
  held.judge(lost(4), published(10), T0);
  held.watch(T0 + 200_000);
  assert.equal(held.holds()[0]?.releasesAt, T0 + GUARDS.grace);
});

test('a restored hold of nothing is none: the next loss is judged by itself', () => {
  const before = guard();
  before.judge(lost(4), published(10), T0);
  const { hold } = before.state(T0);
  assert.ok(hold !== undefined);
  const after = guard();
  after.restore({ hold: { ...hold, apps: [] }, passed: [] }, T0);
  assert.deepEqual(after.judge(lost(1, 9), published(10), T0 + 1_000), []);
});

test('a kept hold stays kept over a restart', () => {
  const before = guard();
  before.judge(lost(4), published(10), T0);
  before.keep(before.holds()[0]?.id ?? '');
  assert.equal(restarted(before, T0, T0 + 3_600_000).holds()[0]?.releasesAt, undefined);
});

// Whatever happens in whatever order: within any grace period no more than the limit goes without a word of an operator.
test('what goes unasked within a grace period is never more than the limit', () => {
  const step = fc.record({
    lose: fc.nat(6),
    back: fc.nat(2),
    wait: fc.constantFrom(0, 1_000, 30_000, 100_000),
  });
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 20 }), fc.array(step, { maxLength: 30 }), (size, steps) => {
      const judging = guard();
      const there = new Set(Array.from({ length: size }, (_, n) => app(n)));
      let gone: { readonly name: AppName; readonly at: number }[] = [];
      let now = T0;
      for (const { lose, back, wait } of steps) {
        now += wait;
        for (const { name } of gone.slice(0, back)) {
          judging.forget(name);
          there.add(name);
        }
        gone = gone.slice(back);
        // What is held is not lost a second time.
        const names = [...there].filter((name) => judging.held(name) === undefined).slice(0, lose);
        const held = new Set(
          judging.judge(new Map(names.map((name) => [name, new Map([[name, '']])])), published(there.size), now),
        );
        for (const name of names)
          if (!held.has(name)) {
            there.delete(name);
            gone.push({ name, at: now });
          }
        for (const name of held) there.add(name);
        gone = gone.filter(({ name }) => !held.has(name));
        const lately = gone.filter(({ at }) => now - at < GUARDS.grace).length;
        assert.ok(lately < GUARDS.minInstances || lately * 100 <= GUARDS.maxRemoval * (there.size + lately));
      }
    }),
  );
});
