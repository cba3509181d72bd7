import { LONGEST_TIMER_MS, type Clock } from '../ports/clock.ts';

/** Real timers; `now` returns epoch milliseconds. */
export function systemClock(now: () => number): Clock {
  return {
    now,
    after(delayMs, callback) {
      let timer: NodeJS.Timeout;
      const wait = (left: number): void => {
        timer = setTimeout(
          () => (left > LONGEST_TIMER_MS ? wait(left - LONGEST_TIMER_MS) : callback()),
          Math.min(left, LONGEST_TIMER_MS),
        );
      };
      wait(delayMs);
      return () => clearTimeout(timer);
    },
  };
}
