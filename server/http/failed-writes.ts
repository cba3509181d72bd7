import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Write, WriteOutcome } from '../ports/writes.ts';

/** One line for all failures of so many milliseconds: in an outage every heartbeat of the fleet fails. */
const MIN_LOG_INTERVAL_MS = 10_000;

/** Says in the log that writes fail: the first at once, then how many there were. */
export class FailedWrites {
  readonly #log: Log;
  readonly #clock: Clock;
  #lastLoggedAt = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note({ kind, app, id }: Write, { status, reason }: WriteOutcome): void {
    const now = this.#clock.now();
    if (now - this.#lastLoggedAt < MIN_LOG_INTERVAL_MS) {
      this.#unlogged += 1;
      return;
    }
    this.#log.warn({ write: kind, app, id, status, reason, failedBefore: this.#unlogged }, 'a write failed');
    this.#lastLoggedAt = now;
    this.#unlogged = 0;
  }
}
