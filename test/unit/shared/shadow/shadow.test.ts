import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodedApplication } from '../../../../shared/codec/document.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { keyOf, statementsOf, type Statements } from '../../../../shared/shadow/cause.ts';
import { Cost } from '../../../../shared/shadow/cost.ts';
import { renderShadow } from '../../../../shared/shadow/render.ts';
import { Shadow } from '../../../../shared/shadow/shadow.ts';
import type { Answer } from '../../../../shared/shadow/side.ts';
import { describeDuration } from '../../../../shared/text/duration.ts';
import { instance } from '../../../support/instances.ts';

const SETTINGS = {
  legacy: 'http://legacy/eureka',
  against: 'http://eurek8s/eureka',
  intervalMs: 30_000,
  lagMs: 60_000,
};
const NO_STATEMENTS: Statements = new Map();
const LOOK_MS = 30_000;

function answer(hashCode: string, ...records: readonly InstanceRecord[]): Answer {
  const byApp = Map.groupBy(records, ({ app }) => app);
  const applications: readonly DecodedApplication[] = [...byApp].map(([name, instances]) => ({ name, instances }));
  return {
    applications,
    facts: { versionsDelta: '1', hashCode, listed: applications.length, skipped: [] },
    ms: 2,
    bytes: 100,
  };
}

function allUp({ length }: readonly InstanceRecord[]): string {
  return length === 0 ? '' : `UP_${length}_`;
}

/** Both sides have these instances at each of so many looks. */
function compared(
  legacy: readonly InstanceRecord[],
  against: readonly InstanceRecord[],
  {
    looks = 4,
    statements = NO_STATEMENTS,
  }: { readonly looks?: number; readonly statements?: Statements | string } = {},
): Shadow {
  const shadow = new Shadow(SETTINGS);
  for (let i = 0; i < looks; i++) {
    shadow.legacy.full(answer(allUp(legacy), ...legacy), i * LOOK_MS);
    shadow.against.full(answer(allUp(against), ...against), i * LOOK_MS);
    shadow.look(shadow.compare(), statements, i * LOOK_MS);
  }
  return shadow;
}

const b1 = instance('BOB', 'b-1');
const synthetic = instance('CAROL', 'eurek8s:main/shop/carol:0');

test('the same answers are clean; time stamps that servers set are no difference', () => {
  const other = { ...b1, lastUpdatedTimestamp: 5, actionType: 'MODIFIED', leaseInfo: undefined } as const;
  const leased = { ...b1, leaseInfo: b1.leaseInfo && { ...b1.leaseInfo, serviceUpTimestamp: 7 } };
  assert.equal(compared([b1], [leased]).report(0, 1).verdict, 'clean');
  const { verdict, unintended } = compared([b1], [other]).report(0, 1);
  assert.deepEqual([verdict, unintended.map(({ field }) => field)], ['different', ['leaseInfo']]);
});

test('entries of Eurek8s are intended by their marker, in both directions, also where it says nothing', () => {
  const report = compared([b1], [b1, synthetic]).report(0, 1);
  assert.equal(report.verdict, 'clean');
  assert.deepEqual(report.looks, { taken: 4, compared: 4, identical: 4 });
  assert.deepEqual(report.entries, { legacy: 1, against: 2, same: 1 });
  assert.deepEqual(
    report.intended.map(({ cause, entries, most }) => [cause, entries, most]),
    [['kubernetes', 1, 1]],
  );
  assert.equal(compared([b1, synthetic], [b1]).report(0, 1).verdict, 'clean');
});

test('an entry that Eurek8s says it serves, and does not list, is missing', () => {
  const { app, id } = synthetic;
  for (const kind of ['added', 'held']) {
    const statements: Statements = new Map([[keyOf({ app, id }), { kind, reason: 'published by main/shop/carol' }]]);
    assert.equal(compared([b1], [b1, synthetic], { statements }).report(0, 1).verdict, 'clean');
    // Where it is published into the legacy, it is there alone.
    for (const legacy of [[b1], [b1, synthetic]]) {
      const { verdict, unintended, looks } = compared(legacy, [b1], { statements }).report(0, 1);
      assert.deepEqual([verdict, looks.identical], ['different', 0], kind);
      assert.deepEqual(
        unintended.map((each) => [each.app, each.instance, each.field, each.legacy, each.reason]),
        [['CAROL', id, 'instance', legacy.length === 1 ? 'not listed' : 'listed', 'published by main/shop/carol']],
      );
      assert.match(unintended[0]?.against ?? '', /^not listed/);
    }
  }
});

test('an entry that came between the two questions is missing for a moment alone', () => {
  const statements: Statements = new Map([[keyOf(synthetic), { kind: 'added', reason: 'x' }]]);
  const shadow = compared([b1], [b1], { statements, looks: 1 });
  assert.equal(shadow.undecided(), 1);
  shadow.against.full(answer('UP_2_', b1, synthetic), LOOK_MS);
  shadow.look(shadow.compare(), statements, LOOK_MS);
  const { verdict, undecided } = shadow.report(0, 1);
  assert.deepEqual([verdict, undecided], ['clean', 0]);
});

test('the report says that nobody can tell what is missing where Eurek8s does not say what it serves', () => {
  const report = compared([b1], [b1], { statements: 'the server answered HTTP 404' }).report(0, 1);
  assert.equal(report.verdict, 'clean');
  assert.match(
    renderShadow(report, 'text'),
    /did not say what it hides: the server answered HTTP 404\n +not judged: whether entries from Kubernetes are missing/,
  );
});

test('what Eurek8s says it hides or holds is intended, in the direction that this has', () => {
  const reported = (kind: string, reason: string): Statements =>
    new Map([[keyOf({ app: 'BOB', id: 'b-1' }), { kind, reason }]]);
  const hidden = { statements: reported('hidden', 'overlay: address 10.42.0.9 is in 10.42.0.0/16') };
  assert.deepEqual(
    compared([b1], [], hidden)
      .report(0, 1)
      .intended.map(({ cause }) => cause),
    ['hidden: overlay'],
  );
  assert.equal(compared([], [b1], hidden).report(0, 1).verdict, 'different');
  const held = { statements: reported('held', 'its removal is held') };
  assert.equal(compared([], [b1], held).report(0, 1).verdict, 'clean');
  assert.equal(compared([b1], [], held).report(0, 1).verdict, 'different');
  const refused = { statements: reported('refused', 'id-taken: b-1 is already served') };
  const [finding] = compared([b1], [], refused).report(0, 1).unintended;
  assert.equal(finding?.reason, 'id-taken: b-1 is already served');
});

test('the document of /eurek8s/diff: what decides goes before the rest, and what it is not is told', () => {
  const differences = [
    { id: 'b-1', kind: 'hidden', reason: 'policy: x' },
    { id: 'legacy/b-1', kind: 'refused', reason: 'y' },
    { id: 'legacy/b-2', kind: 'refused', reason: 'z' },
    7,
  ];
  const statements = statementsOf({ applications: [{ name: 'BOB', differences }, { name: 'X' }] });
  assert.deepEqual(
    [...(statements ?? [])],
    [
      ['BOB\nb-1', { kind: 'hidden', reason: 'policy: x' }],
      ['BOB\nb-2', { kind: 'refused', reason: 'z' }],
    ],
  );
  assert.equal(statementsOf([]), undefined);
  assert.equal(statementsOf({}), undefined);
});

test('every field that differs is named with both values, metadata of the data center too', () => {
  const amazon = (zone: string): InstanceRecord => ({
    ...b1,
    dataCenterInfo: { name: 'Amazon', metadata: new Map([['availability-zone', zone]]) },
  });
  const changed = { ...amazon('b'), port: { number: 9, enabled: false }, metadata: new Map([['zone', 'dc2']]) };
  const { unintended } = compared([amazon('a')], [changed]).report(0, 1);
  assert.deepEqual(
    unintended.map(({ field, legacy, against }) => [field, legacy, against]),
    [
      ['port', '8080', '9 (disabled)'],
      ['dataCenterInfo.availability-zone', 'a', 'b'],
      ['metadata.zone', 'dc1', 'dc2'],
    ],
  );
});

test('a difference that has gone before the lag is over leaves the verdict clean, and is counted as not identical', () => {
  const shadow = compared([b1], [], { looks: 1 });
  shadow.against.full(answer('UP_1_', b1), LOOK_MS);
  shadow.look(shadow.compare(), NO_STATEMENTS, LOOK_MS);
  const { verdict, looks, undecided } = shadow.report(0, 1);
  assert.deepEqual([verdict, looks.identical, looks.compared, undecided], ['clean', 1, 2, 0]);
});

test('deltas: applied as clients do, a wrong hash code is a full fetch, and only a lasting one a verdict', () => {
  const { against } = new Shadow(SETTINGS);
  const b2 = instance('BOB', 'b-2', { status: 'DOWN' });
  against.full(answer('UP_1_', b1), 0);
  assert.equal(against.delta(answer('DOWN_1_UP_1_', b2), 1), 'agrees');
  assert.equal(against.delta(answer('UP_1_', { ...b2, actionType: 'DELETED' }), 2), 'agrees');
  assert.equal(against.delta(answer('UP_1_', { ...b2, actionType: undefined }), 3), 'agrees');
  assert.equal(against.delta(answer('UP_7_'), 4), 'disagrees');
  assert.equal(against.isUntrue, false);
  against.full(answer('UP_1_', b1), 4);
  assert.equal(against.delta(answer('UP_7_'), 59_000), 'disagrees');
  assert.equal(against.isUntrue, false);
  against.delta(answer('UP_7_'), 64_004);
  assert.equal(against.isUntrue, true);
  assert.deepEqual([against.facts().mismatches, against.facts().neverAddsUp], [3, true]);
});

test('a full answer whose hash code is not that of its instances is a verdict at once, unless it cannot be judged', () => {
  const shadow = compared([b1], [b1], { looks: 1 });
  const { facts, ...rest } = answer('UP_5_', b1);
  shadow.against.full({ ...rest, facts: { ...facts, hashCode: undefined } }, 1);
  shadow.against.full({ ...rest, facts: { ...facts, skipped: [{ id: 'x', reason: 'y' }] } }, 1);
  assert.equal(shadow.against.isUntrue, false);
  shadow.against.full({ ...rest, facts }, 2);
  const { verdict, against } = shadow.report(0, 3);
  assert.deepEqual([verdict, against.hash.example?.counted], ['different', 'UP_1_']);
});

test('differences that had no time to count are no clean verdict; a moment of a long run is', () => {
  const short = compared([b1], [], { looks: 2 }).report(0, 1);
  assert.deepEqual([short.verdict, short.undecided], ['unknown', 1]);
  assert.match(renderShadow(short, 'text'), /no verdict: 1 difference, and none was looked at for 1m/);
  assert.equal(compared([b1], [b1], { looks: 2 }).report(0, 1).verdict, 'clean');
  const long = compared([b1], [b1]);
  long.against.full(answer(''), 4 * LOOK_MS);
  long.look(long.compare(), NO_STATEMENTS, 4 * LOOK_MS);
  const { verdict, undecided } = long.report(0, 1);
  assert.deepEqual([verdict, undecided], ['clean', 1]);
});

test('one look is no proof, and the report says how long is enough', () => {
  const once = compared([b1], [b1], { looks: 1 });
  const report = once.report(0, 1);
  assert.equal(report.verdict, 'unknown');
  const two = describeDuration(2 * SETTINGS.intervalMs);
  assert.match(
    renderShadow(report, 'text'),
    new RegExp(`no verdict: one look is no proof; --for ${two} is long enough`),
  );
  const differing = renderShadow(compared([b1], [], { looks: 1 }).report(0, 1), 'text');
  const lag = describeDuration(SETTINGS.lagMs + SETTINGS.intervalMs);
  assert.match(differing, new RegExp(`no verdict: one look is no proof; --for ${lag} is long enough`));
  once.missed();
  assert.match(renderShadow(once.report(0, 1), 'text'), /no verdict: both answered at one of 2 looks, and one is no/);
  const wrong = compared([b1], [b1], { looks: 1 });
  wrong.against.full(answer('UP_5_', b1), 1);
  assert.equal(wrong.report(0, 2).verdict, 'different', 'a hash code that is wrong at once needs no second look');
});

test('what the legacy tells wrongly is said, and is no difference of Eurek8s', () => {
  const shadow = compared([b1], [b1], { looks: 2 });
  shadow.legacy.full(answer('UP_5_', b1), 1);
  const report = shadow.report(0, 2);
  assert.deepEqual([report.verdict, report.legacy.truthful], ['clean', false]);
  assert.match(renderShadow(report, 'text'), /What the legacy says of itself:\n {2}1 full answer with a hash code/);
});

test('after some deltas a full answer shows what they did not tell of', () => {
  const { against } = new Shadow(SETTINGS);
  against.full(answer('UP_1_', b1), 0);
  let at = 0;
  for (; !against.isCheckDue; at += LOOK_MS) against.delta(answer('UP_1_'), at);
  const changed = { ...b1, metadata: new Map([['zone', 'dc9']]) };
  for (let i = 0; i < 3; i++, at += LOOK_MS) {
    assert.ok(against.isCheckDue);
    against.check(answer('UP_1_', changed), at);
  }
  assert.equal(against.isCheckDue, false);
  assert.deepEqual(
    against.facts().deltaFindings.map(({ field, expected, actual }) => [field, expected, actual]),
    [['metadata.zone', 'dc9', 'dc1']],
  );
});

test('percentiles of any number of answers, within two percent', () => {
  const cost = new Cost();
  assert.deepEqual(cost.report(), { answers: 0, bytes: 0 });
  for (let i = 1; i <= 1000; i++) cost.add(i, 10);
  const { answers, bytes, p50Ms = 0, p99Ms = 0, maxMs } = cost.report();
  assert.deepEqual([answers, bytes, maxMs], [1000, 10_000, 1000]);
  assert.ok(Math.abs(p50Ms - 500) < 12, `${p50Ms}`);
  assert.ok(Math.abs(p99Ms - 990) < 22, `${p99Ms}`);
});

test('nothing compared is no verdict; who was not reached, and why nothing was explained, is said', () => {
  const shadow = new Shadow(SETTINGS);
  shadow.legacy.answered();
  shadow.against.failed('connection refused');
  shadow.missed();
  const text = renderShadow(shadow.report(0, 61_000), 'text');
  assert.match(text, /^Verdict:\n {2}no verdict: never reached: http:\/\/eurek8s\/eureka\n/);
  assert.match(text, /http:\/\/eurek8s\/eureka not reached in 1 look: connection refused/);
  const silent = compared([b1], [], { statements: 'HTTP 404' }).report(0, 1);
  assert.equal(silent.unexplained, 'HTTP 404');
  assert.match(renderShadow(silent, 'text'), /Eurek8s did not say what it hides: HTTP 404/);
});

test('what servers say is neither markup nor a new line in a report', () => {
  const odd = instance('BOB', '<b>|x|\n# y');
  const text = renderShadow(compared([odd], []).report(0, 1), 'markdown');
  assert.ok(text.includes(String.raw`| BOB | \<b\>\|x\|?\# y | instance | listed | not listed |`), text);
  assert.equal(JSON.parse(renderShadow(compared([], []).report(0, 1), 'json')).verdict, 'clean');
});
