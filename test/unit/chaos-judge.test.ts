import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Observation } from '../chaos/observation.ts';
import { Callers } from '../chaos/callers.ts';
import { Judge } from '../chaos/judge.ts';
import { listedWithoutStates, Listings } from '../chaos/listings.ts';
import type { InjectedFault } from '../chaos/faults.ts';
import { LIMITS, TIMES } from '../chaos/timing.ts';
import { Truth, type Ending } from '../chaos/truth.ts';
import { planFaults } from '../chaos/plan.ts';
import { judgeAgain, type Recording } from '../chaos/recording.ts';
import { LittleClient } from '../chaos/little-client.ts';
import { fullAnswer } from '../support/full-answer.ts';

// Half a minute of a real run, in which the legacy was killed and came back with half of its instances.
const recording = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'chaos', 'recorded', 'legacy-comes-back-with-half.json'), 'utf8'),
) as Recording;

/** The first answer of replica 1 in the middle of what went wrong. */
const fault = recording.faults.find(({ kind }) => kind === 'legacy killed, comes back with half');
const middle = fault === undefined ? Number.NaN : fault.from + ((fault.to ?? Number.NaN) - fault.from) * 0.6;
const calm = (fault?.from ?? Number.NaN) - 2_000;

function kinds(alter?: (observation: Observation) => ReadonlyMap<string, string>): readonly string[] {
  return [...new Set(judgeAgain(recording, alter).violations.map(({ kind }) => kind))].toSorted();
}

/** Changes the answers of one replica from a time on. */
function from(at: number, change: (facts: Map<string, string>) => void) {
  return (observation: Observation): ReadonlyMap<string, string> => {
    const facts = new Map(observation.facts);
    if (observation.replica === 1 && observation.sentAt >= at) change(facts);
    return facts;
  };
}

function anyRegistration(facts: ReadonlyMap<string, string>): string {
  const key = [...facts.keys()].find((each) => /^alice-1$/.test(each));
  assert.ok(key !== undefined, 'ALICE is registered');
  return key;
}

test('what a well product answered while the legacy came back with half is right', () => {
  assert.ok(recording.events.length > 50);
  assert.deepEqual(judgeAgain(recording).violations, []);
});

test('a replica that lets half of the registry go with the legacy is found', () => {
  const alter = from(middle, (facts) => {
    for (const key of facts.keys()) if (/^(alice|bob|dave|erin)-[1357]$/.test(key)) facts.delete(key);
  });
  assert.deepEqual(kinds(alter), ['lacks an entry']);
});

test('one lost instance is found, in the calm and while its source is away', () => {
  for (const at of [middle, calm])
    assert.deepEqual(kinds(from(at, (facts) => facts.delete(anyRegistration(facts)))), ['lacks an entry']);
});

test('an instance that was never registered is found', () => {
  const alter = from(middle, (facts) => facts.set('stranger-1', 'STRANGER 127.0.0.1(127.0.0.1):9 vip=stranger v=1 UP'));
  assert.deepEqual(kinds(alter), ['never true']);
});

test('a port that nobody had is found', () => {
  const alter = from(middle, (facts) => {
    const key = anyRegistration(facts);
    facts.set(key, (facts.get(key) ?? '').replace(/:\d+ /, ':1 '));
  });
  assert.deepEqual(kinds(alter), ['never true']);
});

test('a replica that stays where it was is found when its sources are well', () => {
  let kept: ReadonlyMap<string, string> | undefined;
  const frozen = (observation: Observation): ReadonlyMap<string, string> => {
    if (observation.replica !== 1) return observation.facts;
    kept ??= observation.facts;
    return kept;
  };
  assert.ok(kinds(frozen).includes('not true any more'));
});

test('a replica that goes back to what was true earlier is found', () => {
  let first: ReadonlyMap<string, string> | undefined;
  const back = (observation: Observation): ReadonlyMap<string, string> => {
    if (observation.replica !== 1) return observation.facts;
    first ??= observation.facts;
    return observation.sentAt < middle ? observation.facts : first;
  };
  assert.ok(kinds(back).some((kind) => kind === 'went back' || kind === 'lacks an entry'));
});

test('the hash code of the little client is that of the protocol', () => {
  const client = new LittleClient();
  const instance = (instanceId: string, status: string, actionType: string) => ({
    instanceId,
    hostName: 'h',
    app: 'A',
    ipAddr: '1.2.3.4',
    status,
    port: { $: 1, '@enabled': 'true' },
    actionType,
  });
  const delta = (hash: string, ...instances: ReturnType<typeof instance>[]) =>
    client.delta({ versions__delta: '1', apps__hashcode: hash, application: [{ name: 'A', instance: instances }] });
  assert.equal(delta('DOWN_1_UP_1_', instance('a', 'UP', 'ADDED'), instance('b', 'DOWN', 'ADDED')), true);
  assert.equal(delta('UP_1_', instance('b', 'DOWN', 'DELETED')), true);
  assert.equal(delta('UP_2_', instance('a', 'UP', 'MODIFIED')), false);
});

test('a seed gives the same faults again, every kind within some minutes, none near the end', () => {
  const plan = planFaults(7, 60);
  assert.deepEqual(planFaults(7, 60), plan);
  assert.notDeepEqual(planFaults(8, 60), plan);
  assert.equal(new Set(plan.map(({ kind }) => kind)).size, 23);
  assert.ok(plan.every(({ at, lasts }) => at + lasts < 60 * 60_000 - 50_000));
  assert.ok(plan.every(({ kind, replica }) => !/SIGKILL|SIGTERM/.test(kind) || replica < 2));
});

/** How long after their end the dead may be called: the longest time without a violation, of `lost` that end at once. */
function longestCall(source: 'legacy' | 'kubernetes', lost: number, ending?: Ending): number {
  const truth = new Truth();
  for (let n = 0; n < lost; n++) {
    truth.change(0, `app-${n}`, { source, app: 'APP', state: 'there' })(0);
    truth.change(100_000, `app-${n}`, { source, app: 'APP', state: 'absent', ending: ending ?? 'lost' })(100_000);
  }
  const isFine = (after: number): boolean => {
    const judge = new Judge(truth, new Listings(truth), []);
    const callers = new Callers(judge, [], () => 100_000 + after);
    callers.calledDead('app-0', source, 90_000, [{ at: 100_000, ending }]);
    return judge.violations.length === 0;
  };
  const steps = Array.from({ length: 200 }, (_, second) => second * 1_000);
  const last = steps.findLast(isFine) ?? Number.NaN;
  assert.ok(
    steps.every((after) => isFine(after) === after <= last),
    'fine up to a moment, and never again',
  );
  return last;
}

test('the dead are called no longer than answers may show them, and longer only where many are lost at once', () => {
  const lag = LIMITS.lag + LIMITS.callerLag;
  assert.equal(longestCall('legacy', 1, 'lost'), lag);
  assert.equal(longestCall('legacy', 2, 'cancelled'), lag);
  assert.equal(longestCall('legacy', 3, 'lost'), lag + TIMES.grace + LIMITS.holdSlack.legacy);
  assert.equal(longestCall('kubernetes', 1, 'deleted'), lag);
  assert.equal(longestCall('kubernetes', 3, 'deleted'), lag + TIMES.grace + LIMITS.holdSlack.kubernetes);
  // DOWN, with its Ingress still there: such is not held, however many there are.
  assert.equal(longestCall('kubernetes', 6), lag);
});

/** The violations of full answers of replica 0: at these times, with these facts. */
function judged(
  truth: Truth,
  listings: Listings,
  faults: readonly InjectedFault[],
  answers: readonly (readonly [at: number, facts: Readonly<Record<string, string>>])[],
): readonly string[] {
  const judge = new Judge(truth, listings, faults);
  for (const [at, facts] of answers) judge.judge(fullAnswer(at, new Map(Object.entries(facts))));
  return judge.violations.map(({ kind }) => kind);
}

/** Entries of Kubernetes that were there from the start until these times, in milliseconds. */
function deletedAt(times: Readonly<Record<string, number>>): Truth {
  const truth = new Truth();
  const entry = { source: 'kubernetes', app: 'APP' } as const;
  for (const [key, at] of Object.entries(times)) {
    truth.change(0, key, { ...entry, state: 'there' })(0);
    truth.change(at, key, { ...entry, state: 'absent', ending: 'deleted' })(at);
  }
  return truth;
}

test('a deletion may be taken back with one that was made while its replica could not hear of it', () => {
  const verdicts = [true, false].map((wasDisturbed) => {
    const truth = deletedAt({ a: 160_000, b: 160_000, c: 200_000 });
    const outage = {
      kind: 'API server killed',
      part: 'kubernetes',
      from: 155_000,
      to: 165_000,
      settle: 20_000,
    } as const;
    return judged(truth, new Listings(truth), wasDisturbed ? [outage] : [], [
      [100_000, { a: 'there', b: 'there', c: 'there' }],
      [201_000, {}],
      [203_000, { c: 'there' }],
    ]);
  });
  assert.deepEqual(verdicts, [[], ['went back']]);
});

test('a loss may join the hold of a wave before it for as long as that may last', () => {
  const verdicts = [50_000, 100_000].map((later) => {
    const truth = deletedAt({ a: 160_000, b: 160_000, c: 160_000, d: 160_000 + later });
    return judged(truth, new Listings(truth), [], [[160_000 + later + 2 * LIMITS.lag, { d: 'there' }]]);
  });
  assert.deepEqual(verdicts, [[], ['not true any more']]);
});

test('what the legacy lost before a replica could hear of its last change is held as it was before', () => {
  const verdicts = [110_000, 190_000].map((lostAt) => {
    const truth = new Truth();
    const line = { source: 'legacy', app: 'APP' } as const;
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) truth.change(0, id, { ...line, state: 'v=1' })(0);
    truth.change(105_000, 'a', { ...line, state: 'v=2' })(105_000);
    const listings = new Listings(truth);
    for (let at = 100_000; at <= 200_000; at += 1_000)
      listings.add({ at, states: listedWithoutStates(at >= lostAt ? ['d'] : ids) });
    const held = { b: 'v=1', c: 'v=1', d: 'v=1' };
    return judged(
      truth,
      listings,
      [],
      [
        [104_000, { a: 'v=1', ...held }],
        [lostAt + 15_000, { a: 'v=1', ...held }],
      ],
    );
  });
  assert.deepEqual(verdicts, [[], ['not true any more']]);
});

test('an older state is shown again where the legacy itself has shown it again, and nowhere else', () => {
  const wentBack = (states: Readonly<Record<number, string>>): readonly string[] => {
    const truth = new Truth();
    const line = { source: 'legacy', app: 'APP' } as const;
    for (const [state, at] of [
      ['v=1', 0],
      ['v=2', 105_000],
      ['v=3', 120_000],
    ] as const)
      truth.change(at, 'a', { ...line, state })(at);
    const listings = new Listings(truth);
    for (const [at, state] of Object.entries(states)) listings.add({ at: Number(at), states: new Map([['a', state]]) });
    return judged(
      truth,
      listings,
      [],
      [
        [104_000, { a: 'v=1' }],
        [105_500, { a: 'v=2' }],
        [106_000, { a: 'v=1' }],
        [106_500, { a: 'v=2' }],
      ],
    );
  };
  assert.deepEqual(wentBack({ 105_400: 'v=2', 105_800: 'v=1' }), []);
  // Before the change was confirmed, in another state, long after, and never.
  for (const states of [{ 104_900: 'v=1' }, { 105_800: 'v=3' }, { 107_500: 'v=1' }, { 105_800: 'v=2' }])
    assert.deepEqual(wentBack(states), ['went back']);
});

test('one list that was late excuses an older state for as long as it may have been heard', () => {
  const verdicts = [110_000, 150_000].map((at) => {
    const truth = new Truth();
    const line = { source: 'legacy', app: 'APP' } as const;
    truth.change(0, 'a', { ...line, state: 'v=1' })(0);
    truth.change(105_000, 'a', { ...line, state: 'v=2' })(105_000);
    const listings = new Listings(truth);
    for (let listed = 105_051; listed < 160_000; listed += 1_000)
      listings.add({ at: listed, states: new Map([['a', listed < 106_000 ? 'v=1' : 'v=2']]) });
    const answers = [
      [106_000, { a: 'v=2' }],
      [at, { a: 'v=1' }],
    ] as const;
    const away: InjectedFault = {
      kind: 'legacy killed, comes back empty',
      part: 'legacy',
      from: 107_000,
      to: undefined,
      settle: 0,
    };
    return [judged(truth, listings, [], answers), judged(truth, listings, [away], answers)];
  });
  // While the legacy is away, what was heard last stays.
  assert.deepEqual(verdicts, [
    [[], []],
    [['went back'], []],
  ]);
});

test('a legacy may list an instance as deleted while that is being cancelled, but not the one that registers next', () => {
  const marked = (cancelledAt: number, shown = 'v=1, action DELETED UP'): readonly string[] => {
    const truth = new Truth();
    const line = { source: 'legacy', app: 'APP' } as const;
    truth.change(0, 'a', { ...line, state: 'v=1 UP' })(0);
    truth.change(cancelledAt, 'a', { ...line, state: 'absent', ending: 'cancelled' });
    truth.change(cancelledAt + 500, 'a', { ...line, state: 'v=2 UP' });
    return judged(truth, new Listings(truth), [], [[105_000, { a: shown }]]);
  };
  assert.deepEqual([marked(104_000), marked(106_000)], [[], ['never true']]);
  assert.deepEqual(marked(104_000, 'v=2, action DELETED UP'), ['never true']);
});

test('the mark is taken where the change before the cancel was not answered, and where the legacy has evicted it', () => {
  const line = { source: 'legacy', app: 'APP' } as const;
  const answers = [[105_000, { a: 'v=1, action DELETED UP' }]] as const;
  const unsteady = new Truth();
  unsteady.change(0, 'a', { ...line, state: 'v=1 UP' })(0);
  unsteady.change(103_000, 'a', { ...line, state: 'v=2 UP' });
  unsteady.change(104_000, 'a', { ...line, state: 'absent', ending: 'cancelled' });
  assert.deepEqual(judged(unsteady, new Listings(unsteady), [], answers), []);
  const verdicts = [true, false].map((isEvicted) => {
    const truth = new Truth();
    truth.change(0, 'a', { ...line, state: 'v=1 UP' })(0);
    const listings = new Listings(truth);
    for (let at = 100_000; at < 110_000; at += 1_000)
      listings.add({ at, states: listedWithoutStates(isEvicted && at === 105_000 ? [] : ['a']) });
    return judged(truth, listings, [], answers);
  });
  assert.deepEqual(verdicts, [[], ['never true']]);
});
