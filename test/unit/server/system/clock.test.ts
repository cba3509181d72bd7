import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONGEST_TIMER_MS } from '../../../../server/ports/clock.ts';
import { systemClock } from '../../../../server/system/clock.ts';

test('a delay beyond the range of a timer is waited for to its end, in parts', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = systemClock(() => 0);
  let called = 0;
  clock.after(2 * LONGEST_TIMER_MS + 10, () => void called++);
  t.mock.timers.tick(LONGEST_TIMER_MS);
  t.mock.timers.tick(LONGEST_TIMER_MS);
  t.mock.timers.tick(9);
  assert.equal(called, 0);
  t.mock.timers.tick(1);
  assert.equal(called, 1);
});

test('such a delay can be cancelled in any of its parts', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = systemClock(() => 0);
  let called = 0;
  const cancel = clock.after(LONGEST_TIMER_MS + 10, () => void called++);
  t.mock.timers.tick(LONGEST_TIMER_MS);
  cancel();
  t.mock.timers.tick(LONGEST_TIMER_MS);
  assert.equal(called, 0);
});
