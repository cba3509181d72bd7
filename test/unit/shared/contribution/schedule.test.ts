import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeCurrent,
  describeShortly,
  describeTraffic,
  parseSteps,
  positionAt,
  trafficAt,
} from '../../../../shared/contribution/schedule.ts';
import type { Schedule } from '../../../../shared/contribution/traffic.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;

function schedule(text: string, startsAt = START): Schedule {
  const steps = parseSteps(text);
  assert.ok(steps.ok, steps.ok ? '' : steps.error);
  return { kind: 'schedule', startsAt, steps: steps.value };
}

test('steps are shares with durations, and the last one lasts', () => {
  const expected = [
    { percent: 1, lasts: 600_000 },
    { percent: 10, lasts: 3_600_000 },
    { percent: 50, lasts: 86_400_000 },
    { percent: 100, lasts: 0 },
  ];
  for (const text of ['1% 10m, 10% 1h, 50% 1d, 100%', '1%\t10m,10%  60m ,\n50% 24h,100%'])
    assert.deepEqual(schedule(text).steps, expected, text);
  assert.deepEqual(schedule('0.125% 1.5h, 0%').steps[0], { percent: 0.125, lasts: 5_400_000 });
  assert.equal(
    describeTraffic(schedule('1%\t10m,10%  60m ,\n50% 24h,100.0%')),
    describeTraffic(schedule('1% 10m, 10% 1h, 50% 1d, 100%')),
  );
  assert.equal(describeTraffic(schedule('1% 10m, 100%')), '1% 10m, 100% from 2026-03-01T10:00:00Z');
});

for (const [text, why] of [
  ['', /^step 1 is empty$/],
  [',', /^step 1 is empty$/],
  ['1% 10m,', /^step 2 is empty$/],
  ['1% 10m,,100%', /^step 2 is empty$/],
  ['1% 10m, 10%, 100%', /^step 2 "10%" does not say how long/],
  ['1% 10m, 100% 1h', /^step 2 "100% 1h" is the last one/],
  ['50% 1h', /^step 1 "50% 1h" is the last one/],
  ['1% 10m 10% 1h, 100%', /^step 1 ".*" has more than/],
  ['10m 1%, 100%', /^step 1 "10m 1%" does not begin with a share/],
  ['single 10m, 100%', /does not begin with a share/],
  ['1% 10m, ready', /^step 2 "ready" does not begin with a share/],
  ['1 10m, 100', /does not begin with a share/],
  ['101% 10m, 100%', /does not begin with a share/],
  ['-1% 10m, 100%', /does not begin with a share/],
  ['1e1% 10m, 100%', /does not begin with a share/],
  ['１% 10m, 100%', /does not begin with a share/],
  ['1% 10, 100%', /does not say how long/],
  ['1% 10M, 100%', /does not say how long/],
  ['1% -10m, 100%', /does not say how long/],
  ['1% 1h30m, 100%', /does not say how long/],
  ['1% 1w, 100%', /does not say how long/],
  ['1% 0s, 100%', /from 1s to 365d/],
  ['1% 999ms, 100%', /from 1s to 365d/],
  ['1% 366d, 100%', /from 1s to 365d/],
  [`1% ${'9'.repeat(400)}d, 100%`, /from 1s to 365d/],
  ['1% Infinityd, 100%', /does not say how long/],
  ['1% 10m; 100%', /^step 1 "1% 10m; 100%" is the last one|has more than/],
  ['1%10m, 100%', /does not begin with a share/],
  ['\u001b[2J 10m, 100%', /^step 1 "\?\[2J 10m"/],
  ['constructor 10m, 100%', /does not begin with a share/],
  [`${'1% 1s, '.repeat(50)}100%`, /^51 steps are more than 50$/],
  [','.repeat(200_000), /^200001 steps are more than 50$/],
] as const)
  test(`a schedule ${JSON.stringify(text.slice(0, 40))} is refused with what is wrong`, () => {
    const steps = parseSteps(text);
    assert.equal(steps.ok, false);
    assert.match(steps.ok ? '' : steps.error, why);
  });

test('a reason does not repeat a step at any length', () => {
  const steps = parseSteps(`${'x'.repeat(200_000)} 10m, 100%`);
  assert.ok(!steps.ok && steps.error.length < 200);
});

test('fifty steps are read', () => assert.equal(schedule(`${'1% 1s, '.repeat(49)}100%`).steps.length, 50));

test('before the start the share is 0, a step begins with its first millisecond, the last lasts', () => {
  const steps = schedule('1% 10m, 10% 1h, 100%');
  const at = (ms: number) => {
    const { step, percent, next } = positionAt(steps, START + ms);
    return [step, percent, next && next.at - START, next?.percent];
  };
  assert.deepEqual(at(-1e15), [0, 0, 0, 1]);
  assert.deepEqual(at(-1), [0, 0, 0, 1]);
  assert.deepEqual(at(0), [1, 1, 10 * MINUTE, 10]);
  assert.deepEqual(at(10 * MINUTE - 1), [1, 1, 10 * MINUTE, 10]);
  assert.deepEqual(at(10 * MINUTE), [2, 10, 70 * MINUTE, 100]);
  assert.deepEqual(at(70 * MINUTE), [3, 100, undefined, undefined]);
  assert.deepEqual(at(1e14), [3, 100, undefined, undefined]);
});

test('what is asked for says where the schedule stands', () => {
  const steps = schedule('1% 10m, 10% 1h, 50% 1d, 100%');
  const asked = (minutes: number): string => describeCurrent(trafficAt(steps, START + minutes * MINUTE));
  assert.equal(asked(-5), '0% (before a schedule of 4 steps, 1% at 2026-03-01T10:00:00Z)');
  assert.equal(asked(30), '10% (step 2 of 4 of a schedule, 50% at 2026-03-01T11:10:00Z)');
  assert.equal(asked(1e6), '100% (step 4 of 4 of a schedule)');
  assert.equal(describeCurrent(trafficAt({ kind: 'ready' }, START)), 'ready');
  assert.deepEqual(
    [asked(-5), asked(30), asked(1e6), 'single', '25%'].map(describeShortly),
    ['0% before a schedule', '10% of a schedule', '100% of a schedule', 'single', '25%'],
    'in a column',
  );
});
