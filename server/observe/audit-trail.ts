import { auditEvents } from '../../shared/api/audit.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { LogBudget } from './log-budget.ts';

/** A mass change has so many lines in an interval, and one that counts the others. */
const MAX_LINES = 50;
const INTERVAL_MS = 10_000;

/** Logs at `info` what changed about each application, and why. */
export class AuditTrail {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #budget: LogBudget;
  #cancelSum: (() => void) | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#budget = new LogBudget(clock, MAX_LINES, INTERVAL_MS);
  }

  note(before: MergedApplication | undefined, after: MergedApplication | undefined): void {
    for (const { app, event, from, to, cause } of auditEvents(before, after)) {
      if (this.#budget.spend()) this.#log.info({ app, event, from, to, cause }, `application ${event}`);
      else this.#cancelSum ??= this.#clock.after(this.#budget.msLeft(), () => this.#sum());
    }
  }

  stop(): void {
    this.#cancelSum?.();
  }

  #sum(): void {
    this.#cancelSum = undefined;
    const more = this.#budget.takeSuppressed();
    this.#log.info({ more }, 'applications changed beyond those logged; /eurek8s/explain knows each');
  }
}
