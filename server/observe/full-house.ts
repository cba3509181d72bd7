import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { LogBudget } from './log-budget.ts';

/** Milliseconds between two lines. */
const MIN_INTERVAL_MS = 60_000;

/** Logs that connections are refused because too many are open: once a minute, however many clients try. */
export class FullHouse {
  readonly #log: Log;
  readonly #connections: number;
  readonly #budget: LogBudget;

  /** `connections`: how many may be open. */
  constructor(log: Log, clock: Clock, connections: number) {
    this.#log = log;
    this.#connections = connections;
    this.#budget = new LogBudget(clock, 1, MIN_INTERVAL_MS);
  }

  note(): void {
    if (!this.#budget.spend()) return;
    const fields = { connections: this.#connections, refusedBefore: this.#budget.takeSuppressed() };
    this.#log.warn(fields, 'a connection is refused: as many are open as may be');
  }
}
