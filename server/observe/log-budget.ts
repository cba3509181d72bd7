import type { Clock } from '../ports/clock.ts';

/**
 * How many lines of one kind the log takes: so many in an interval, whatever happens. An interval begins with the first
 * line after the one before has ended.
 */
export class LogBudget {
  readonly #clock: Clock;
  readonly #maxLines: number;
  readonly #intervalMs: number;
  #intervalSince = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #suppressed = 0;

  constructor(clock: Clock, maxLines: number, intervalMs: number) {
    this.#clock = clock;
    this.#maxLines = maxLines;
    this.#intervalMs = intervalMs;
  }

  /** Whether one more line may be logged now. One that may not is counted as suppressed. */
  spend(): boolean {
    if (this.msLeft() <= 0) {
      this.#intervalSince = this.#clock.now();
      this.#lines = 0;
    }
    const isWithin = this.#lines < this.#maxLines;
    if (isWithin) this.#lines += 1;
    else this.#suppressed += 1;
    return isWithin;
  }

  /** Lines suppressed since the last call. */
  takeSuppressed(): number {
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }

  /** Milliseconds until the interval ends; 0 or less when it has ended. */
  msLeft(): number {
    return this.#intervalSince + this.#intervalMs - this.#clock.now();
  }
}
