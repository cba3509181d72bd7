import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { TrafficSteps } from '../../../../server/hub/traffic-steps.ts';
import { parseSteps } from '../../../../shared/contribution/schedule.ts';
import type { Schedule } from '../../../../shared/contribution/traffic.ts';
import { JumpingClock } from '../../../support/jumping-clock.ts';
import { ScheduledHub } from '../../../support/scheduled-hub.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The longest that the hub gathers changes before it makes a snapshot. */
const WINDOW = 100;

function schedule(text: string, startsAt = START): Schedule {
  const steps = parseSteps(text);
  assert.ok(steps.ok);
  return { kind: 'schedule', startsAt, steps: steps.value };
}

const STEPS = schedule('25% 10m, 50% 1h, 75% 1d, 100%');

function begin(t: TestContext, at: number) {
  const clock = new JumpingClock(at);
  const scheduled = new ScheduledHub(clock, STEPS);
  t.after(() => scheduled.stop());
  return { clock, scheduled, entries: () => scheduled.dial()?.entries };
}

test('steps come by themselves at their time, each as a change that callers see', (t) => {
  const { clock, scheduled, entries } = begin(t, START - MINUTE);
  assert.equal(entries(), 0);
  const version = () => scheduled.hub.snapshot()?.version ?? 0;
  for (const [wait, expected] of [
    [MINUTE - 1, 0],
    [1, 1],
    [10 * MINUTE - 1, 1],
    [1, 3],
    [HOUR - 1, 3],
    [1, 9],
    [24 * HOUR - 1, 9],
  ] as const) {
    const before = version();
    clock.advance(wait);
    assert.equal(entries(), expected, `after ${wait} ms more`);
    assert.equal(version() > before, wait === 1, 'the version moves with the steps and with nothing else');
  }
  clock.advance(1);
  assert.deepEqual(scheduled.served(), ['eurek8s:main:shop:carol:carol.k8s.example.com:0 UP']);
});

test('a process that starts in the middle has the step of the moment, and one that starts after the end the last', (t) => {
  assert.equal(begin(t, START + 30 * MINUTE).entries(), 3);
  const late = begin(t, START + 100 * 24 * HOUR);
  assert.equal(late.scheduled.dial()?.asked, '100% (step 4 of 4 of a schedule)');
});

test('a clock that was set forward, or a machine that slept, is noticed within a minute', (t) => {
  const { clock, entries } = begin(t, START);
  clock.jump(2 * HOUR);
  assert.equal(entries(), 1);
  clock.advance(MINUTE + WINDOW);
  assert.equal(entries(), 9);
});

test('a clock that was set back takes the share back to what is written for the time, within a minute', (t) => {
  const { clock, scheduled, entries } = begin(t, START + 30 * MINUTE);
  clock.jump(-25 * MINUTE);
  clock.advance(MINUTE + WINDOW);
  assert.equal(entries(), 1);
  clock.jump(-HOUR);
  clock.advance(MINUTE + WINDOW);
  assert.equal(entries(), 0);
  clock.jump(1000 * HOUR);
  clock.advance(MINUTE + WINDOW);
  assert.equal(scheduled.dial()?.asked, '100% (step 4 of 4 of a schedule)');
  clock.jump(-1000 * HOUR);
  clock.advance(MINUTE + WINDOW);
  assert.equal(entries(), 0, 'even after the last step');
});

test('a fixed share in place of the schedule stops it; another schedule has its own times', (t) => {
  const { clock, scheduled, entries } = begin(t, START + 30 * MINUTE);
  scheduled.write(schedule('50% 1h, 75%', START + HOUR));
  clock.advance(WINDOW);
  assert.equal(entries(), 0);
  clock.advance(30 * MINUTE);
  assert.equal(entries(), 3);
  scheduled.write(undefined);
  clock.advance(10 * HOUR);
  assert.equal(entries(), undefined);
});

test('without a schedule nothing looks at the clock, with one no timer is longer than a minute', (t) => {
  const idleClock = new JumpingClock(START);
  const without = new ScheduledHub(idleClock, undefined);
  t.after(() => without.stop());
  idleClock.advance(WINDOW);
  const idle = idleClock.pending;
  const { clock, scheduled } = begin(t, START);
  clock.advance(WINDOW);
  assert.equal(clock.pending, idle + 1);
  scheduled.write(undefined);
  clock.advance(WINDOW);
  assert.equal(clock.pending, idle);
});

test('an application whose merge fails at a step is tried again each second, not at once', () => {
  const clock = new JumpingClock(START);
  let tries = 0;
  const steps = new TrafficSteps(clock, () => void tries++);
  const scheduled = new ScheduledHub(new JumpingClock(START), STEPS);
  const [carol] = scheduled.hub.snapshot()?.applications ?? [];
  scheduled.stop();
  steps.note({ merged: [[undefined, carol]] });
  clock.advance(10 * MINUTE + 5000);
  assert.equal(tries, 6);
  steps.stop();
  assert.equal(clock.pending, 0);
});
