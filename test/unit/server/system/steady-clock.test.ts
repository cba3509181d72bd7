import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock } from '../../../../server/system/steady-clock.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

test('time goes on as the monotonic clock does, however the clock is set, in whole milliseconds', () => {
  let now = 1_750_000_000_000;
  let monotonic = 1_234.5;
  const steady = steadyClock({ now: () => now, after: () => () => undefined }, () => monotonic);
  assert.equal(steady.now(), 1_750_000_000_000);
  now -= 3_600_000;
  monotonic += 10.7;
  assert.equal(steady.now(), 1_750_000_000_010);
  now += 7_200_000;
  monotonic += 89.3;
  assert.equal(steady.now(), 1_750_000_000_100);
});

test('its timers are those of the clock', () => {
  const clock = new SteppedClock();
  const steady = steadyClock(clock, () => 0);
  let called = 0;
  steady.after(10, () => void called++);
  steady.after(10, () => void called++)();
  clock.advance(10);
  assert.equal(called, 1);
});
