import type { Clock, Random } from '../../ports/clock.ts';
import { wait } from './wait.ts';

/**
 * Decides when the next attempt may start. Delays are measured from start to start. A stream that lasted longer than
 * its back-off is followed by the next one at once, so that the normal end of a watch leaves no gap. A stream that ends
 * as soon as it begins cannot cause a storm of requests.
 */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #minMs: number;
  readonly #maxMs: number;
  #failures = 0;
  #gapMs: number;
  #lastStart: number | undefined;

  constructor(clock: Clock, random: Random, minMs: number, maxMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#gapMs = minMs;
  }

  /** Waits until the next attempt may start. Returns false when the signal aborts first. */
  async turn(signal: AbortSignal): Promise<boolean> {
    if (this.#lastStart !== undefined) {
      await wait(this.#clock, this.#lastStart + this.#gapMs - this.#clock.now(), signal);
    }
    if (signal.aborted) return false;
    this.#lastStart = this.#clock.now();
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#gapMs = this.#minMs;
  }

  /**
   * Doubles the delay. A random part of up to a half is taken off, so that the watches of many replicas do not return
   * in step.
   */
  failed(): void {
    this.#failures += 1;
    const backoff = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#failures, 20));
    this.#gapMs = Math.max(this.#minMs, backoff * (0.5 + this.#random() / 2));
  }

  /**
   * For a stream that ended without an event. It is a failure if it ended before the next attempt may start. A quiet
   * watch that a proxy cuts every minute outlives its back-off, and must not wait longer.
   */
  ended(): void {
    const lived = this.#clock.now() - (this.#lastStart ?? 0);
    if (lived < this.#gapMs) this.failed();
    else if (lived >= this.#maxMs) this.succeeded();
  }
}
