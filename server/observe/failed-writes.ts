import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Write, WriteOutcome } from '../ports/writes.ts';
import { LogBudget } from './log-budget.ts';

/** In an outage every heartbeat of the fleet fails: one line for all of them in an interval. */
const MAX_LINES = 1;
const INTERVAL_MS = 10_000;

/** Logs writes that fail or are refused. Each line has the number of those that were not logged before it. */
export class FailedWrites {
  readonly #log: Log;
  readonly #failed: LogBudget;
  readonly #refused: LogBudget;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#failed = new LogBudget(clock, MAX_LINES, INTERVAL_MS);
    this.#refused = new LogBudget(clock, MAX_LINES, INTERVAL_MS);
  }

  /** A write that was answered with a server error. */
  note({ kind, app, id }: Write, { status, reason }: WriteOutcome): void {
    if (!this.#failed.spend()) return;
    const failedBefore = this.#failed.takeSuppressed();
    this.#log.warn({ write: kind, app, id, status, reason, failedBefore }, 'a write failed');
  }

  /** A registration that cannot be read. Its client repeats it for ever, and shows its owner only the status. */
  noteRefused(app: string, reason: string): void {
    if (!this.#refused.spend()) return;
    const refusedBefore = this.#refused.takeSuppressed();
    this.#log.warn({ write: 'register', app, reason, refusedBefore }, 'a registration was refused');
  }
}
