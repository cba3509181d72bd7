import { auditEvents } from '../../shared/api/audit.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Lines in one interval; a mass change says how many more there were. */
const MAX_LINES = 50;
const INTERVAL_MS = 10_000;

/** The log at `info` as the trail of what became of each application, and why. Bounded, whatever changes at once. */
export class AuditTrail {
  readonly #clock: Clock;
  readonly #log: Log;
  #intervalSince = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #unlogged = 0;
  #cancelSum: (() => void) | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  note(before: MergedApplication | undefined, after: MergedApplication | undefined): void {
    for (const { app, event, from, to, cause } of auditEvents(before, after)) {
      if (this.#mayLog()) this.#log.info({ app, event, from, to, cause }, `application ${event}`);
      else this.#unlogged += 1;
    }
  }

  stop(): void {
    this.#cancelSum?.();
  }

  #mayLog(): boolean {
    const now = this.#clock.now();
    if (now - this.#intervalSince >= INTERVAL_MS) {
      this.#intervalSince = now;
      this.#lines = 0;
    }
    this.#lines += 1;
    if (this.#lines <= MAX_LINES) return true;
    this.#cancelSum ??= this.#clock.after(this.#intervalSince + INTERVAL_MS - now, () => this.#sum());
    return false;
  }

  #sum(): void {
    this.#cancelSum = undefined;
    this.#log.info({ more: this.#unlogged }, 'applications changed beyond those logged; /eurek8s/explain knows each');
    this.#unlogged = 0;
  }
}
