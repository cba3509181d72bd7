import type { Clock } from '../ports/clock.ts';

/**
 * A clock that nobody sets: it starts with the time of `clock` and goes on by the monotonic clock, whose milliseconds
 * `monotonicMs` returns. The clock of a machine may jump by hours (time synchronisation, an operator, a restored
 * machine). Measured by it, a grace period could be over at once, and a pause of seconds could last for hours.
 */
export function steadyClock(clock: Clock, monotonicMs: () => number = () => performance.now()): Clock {
  const start = clock.now() - monotonicMs();
  return { now: () => Math.floor(start + monotonicMs()), after: (delayMs, callback) => clock.after(delayMs, callback) };
}

/** Starts to measure; each call returns the milliseconds since, with their fraction. */
export function stopwatch(monotonicMs: () => number = () => performance.now()): () => number {
  const start = monotonicMs();
  return () => monotonicMs() - start;
}
