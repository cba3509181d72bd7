import type { Clock } from '../ports/clock.ts';

/** Longest delay a timer can hold; anything above would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real timers; the time itself still comes from outside. */
export function systemClock(now: () => number): Clock {
  return {
    now,
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
      return () => clearTimeout(timer);
    },
  };
}
