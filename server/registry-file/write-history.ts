import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import { failureText } from './failure.ts';

/** Milliseconds after which the same failure is logged again. */
const REPEAT_MS = 600_000;
/** Milliseconds. A write that takes longer is reported while it lasts: its mount does not answer. */
const SLOW_MS = 10_000;

/** The outcomes of the writes, for the log, the metrics and the report. */
export class WriteHistory {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  #failures = 0;
  #reason: string | undefined;
  #loggedAt = Number.NEGATIVE_INFINITY;
  #foreignAt = Number.NEGATIVE_INFINITY;
  #beganAt: number | undefined;
  #written: { readonly at: number; readonly bytes: number } | undefined;

  constructor(path: string, clock: Clock, log: Log, metrics: Metrics) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
  }

  /** The number of failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** The last write: its time (epoch milliseconds) and the size of the file. */
  get last(): { readonly at: number; readonly bytes: number } | undefined {
    return this.#written;
  }

  /** The current problem with the file; `undefined` without one. */
  get problem(): string | undefined {
    if (this.#beganAt !== undefined && this.#clock.now() - this.#beganAt > SLOW_MS)
      return 'the file system does not answer';
    if (this.#reason !== undefined) return this.#reason;
    return this.#clock.now() - this.#foreignAt < REPEAT_MS ? FOREIGN : undefined;
  }

  begin(now: number): void {
    this.#beganAt = now;
  }

  written(bytes: number, now: number): void {
    const [log, metrics] = [this.#log, this.#metrics];
    if (this.#failures > 0) log.info({ file: this.#path }, 'the registry file can be written again');
    this.#beganAt = undefined;
    this.#failures = 0;
    this.#reason = undefined;
    this.#loggedAt = Number.NEGATIVE_INFINITY;
    this.#written = { at: now, bytes };
    metrics.count('registry_file_writes', { outcome: 'written' });
    metrics.gauge('registry_file_bytes', bytes);
    metrics.gauge('registry_file_last_write_timestamp_seconds', now / 1000);
    metrics.gauge('registry_file_failing', 0);
  }

  failed(error: unknown, now: number): void {
    const reason = failureText(error);
    this.#beganAt = undefined;
    this.#failures++;
    if (reason !== this.#reason || now - this.#loggedAt >= REPEAT_MS) {
      this.#log.error({ file: this.#path, reason }, 'the registry file cannot be written: a restart would know less');
      this.#loggedAt = now;
    }
    this.#reason = reason;
    this.#metrics.count('registry_file_writes', { outcome: 'failed' });
    this.#metrics.gauge('registry_file_failing', 1);
  }

  /** Another process has written the file since our last write. */
  foreign(now: number): void {
    if (now - this.#foreignAt >= REPEAT_MS) this.#log.error({ file: this.#path }, FOREIGN);
    this.#foreignAt = now;
    this.#metrics.count('registry_file_writes', { outcome: 'foreign' });
  }
}

const FOREIGN = 'another process writes the same registry file: the last one wins, each needs a file of its own';
