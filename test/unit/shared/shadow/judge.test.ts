import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceId, appName } from '../../../../shared/model/names.ts';
import type { Difference } from '../../../../shared/shadow/difference.ts';
import { Judge, MAX_FINDINGS } from '../../../../shared/shadow/judge.ts';

const SETTINGS = { lagMs: 60_000, maxStepMs: 60_000 };
const SECOND = 1000;

function difference(actual: string, expected = 'UP', id = 'b-1'): Difference {
  return { app: appName('BOB'), id: instanceId(id), field: 'status', expected, actual };
}

/** Looks at these differences every 30 s. */
function looks(...all: readonly (readonly Difference[])[]): Judge {
  const judge = new Judge(SETTINGS);
  for (const [i, each] of all.entries()) judge.look(each, i * 30 * SECOND);
  return judge;
}

test('a difference counts when it has lasted for the lag, from its first look to its last', () => {
  const down = [difference('DOWN')];
  assert.deepEqual(looks(down, down).findings, []);
  assert.equal(looks(down, down).undecided(), 1);
  assert.deepEqual(looks(down, down, down, down, []).findings, [
    { ...difference('DOWN'), since: 0, until: 90 * SECOND, reason: undefined },
  ]);
  assert.equal(looks(down, down, down).undecided(), 0);
});

test('what goes in between begins anew', () => {
  const down = [difference('DOWN')];
  assert.deepEqual(looks(down, down, [], down, down).findings, []);
});

test('a value that follows late again and again is none; one that stays while the other moves is', () => {
  const late = ['1', '2', '3', '4', '5'].map((now) => [difference(String(Number(now) - 1), now)]);
  assert.deepEqual(looks(...late).findings, []);
  const stuck = ['1', '2', '3', '4', '5'].map((now) => [difference('0', now)]);
  assert.deepEqual(
    looks(...stuck).findings.map(({ expected, actual }) => [expected, actual]),
    [['5', '0']],
  );
});

test('time in which nobody looked, or a clock that was set, does not make a difference last', () => {
  const judge = new Judge({ lagMs: 60_000, maxStepMs: 30_000 });
  for (const at of [0, 3600, 10].map((seconds) => seconds * SECOND)) judge.look([difference('DOWN')], at);
  assert.deepEqual([judge.findings, judge.undecided()], [[], 1]);
});

test('of young differences it tells those that began by a time', () => {
  const judge = looks([difference('DOWN')], [difference('DOWN'), difference('DOWN', 'UP', 'b-2')]);
  assert.deepEqual([judge.undecided(), judge.undecided(0), judge.undecided(-1)], [2, 1, 0]);
});

test('without a lag a difference counts at once, with what is said of it', () => {
  const judge = new Judge({ lagMs: 0, maxStepMs: 1 });
  judge.look([{ ...difference('DOWN'), reason: 'because' }], 5);
  assert.deepEqual(
    judge.findings.map(({ since, until, reason }) => [since, until, reason]),
    [[5, 5, 'because']],
  );
});

test('what it keeps is bounded: the rest is counted once each', () => {
  const judge = new Judge({ lagMs: 0, maxStepMs: 1 });
  const many = Array.from({ length: MAX_FINDINGS + 7 }, (_, i) => difference('x'.repeat(10_000), 'UP', `b-${i}`));
  judge.look(many, 0);
  judge.look(many, 1);
  assert.deepEqual([judge.findings.length, judge.unlisted], [MAX_FINDINGS, 7]);
  assert.ok(judge.findings.every(({ actual }) => actual.length === 200));
});
