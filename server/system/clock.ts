import type { Clock } from '../ports/clock.ts';

/** The longest delay of a timer of Node; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real timers; `now` returns epoch milliseconds. */
export function systemClock(now: () => number): Clock {
  return {
    now,
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
      return () => clearTimeout(timer);
    },
  };
}
