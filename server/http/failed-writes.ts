import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Write, WriteOutcome } from '../ports/writes.ts';

/** One line for all failures of so many milliseconds: in an outage every heartbeat of the fleet fails. */
const MIN_LOG_INTERVAL_MS = 10_000;

/** Says in the log which writes fail or are refused: the first at once, then how many there were. */
export class FailedWrites {
  readonly #log: Log;
  readonly #failed: Occasions;
  readonly #refused: Occasions;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#failed = new Occasions(clock);
    this.#refused = new Occasions(clock);
  }

  note({ kind, app, id }: Write, { status, reason }: WriteOutcome): void {
    this.#failed.use((failedBefore) =>
      this.#log.warn({ write: kind, app, id, status, reason, failedBefore }, 'a write failed'),
    );
  }

  /**
   * A registration that cannot be read: its client tries again and again, and shows its owner no more than the status.
   */
  noteRefused(app: string, reason: string): void {
    this.#refused.use((refusedBefore) =>
      this.#log.warn({ write: 'register', app, reason, refusedBefore }, 'a registration was refused'),
    );
  }
}

/** Occasions to say something, of which only one in an interval is used. */
class Occasions {
  readonly #clock: Clock;
  #lastUsedAt = Number.NEGATIVE_INFINITY;
  #unused = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `say` is told how many occasions were left unused before. */
  use(say: (unused: number) => void): void {
    const now = this.#clock.now();
    if (now - this.#lastUsedAt < MIN_LOG_INTERVAL_MS) {
      this.#unused += 1;
      return;
    }
    say(this.#unused);
    this.#lastUsedAt = now;
    this.#unused = 0;
  }
}
