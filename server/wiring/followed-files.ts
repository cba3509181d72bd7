import type { FollowedFiles } from '../../shared/api/files.ts';
import { Followed, type Load } from '../files/followed.ts';
import type { PrometheusMetrics } from '../observe/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { UnusableFile } from '../ports/unusable-file.ts';
import { expiryNote } from '../tls/expiry.ts';

/** The interval (milliseconds) at which the log reports a certificate that ends soon. */
const REMINDER_INTERVAL_MS = 86_400_000;

interface Item {
  readonly followed: Pick<Followed<unknown>, 'state' | 'stop'>;
  /** Epoch milliseconds at which the content in force ends; `undefined`: never. */
  readonly endsAt: () => number | undefined;
}

/** All files that are followed for the configuration, for the reports, the metrics and the log. */
export class FollowedFileSet {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #items: Item[] = [];
  #cancelReminder: () => void = () => undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Rejects with `UnusableFile`: no start is better than a start without access control. */
  async follow<T>(
    option: string,
    load: Load<T>,
    endOf: (value: T) => number | undefined = () => undefined,
  ): Promise<Followed<T>> {
    const opened = await Followed.open({ option, load, clock: this.#clock, log: this.#log });
    if (!opened.ok) throw new UnusableFile(option, opened.error);
    const followed = opened.value;
    this.#items.push({ followed, endsAt: () => endOf(followed.value) });
    return followed;
  }

  states(): readonly FollowedFiles[] {
    const now = this.#clock.now();
    return this.#items.map(({ followed, endsAt }) => {
      const note = expiryNote(endsAt(), now);
      return { ...followed.state(), notes: note === undefined ? [] : [note] };
    });
  }

  observe(metrics: PrometheusMetrics): void {
    for (const { followed, endsAt } of this.#items) {
      const { option, problem } = followed.state();
      metrics.gauge('file_current', problem === undefined ? 1 : 0, { option });
      const end = endsAt();
      if (end !== undefined) metrics.gauge('certificate_end_timestamp_seconds', end / 1000, { option });
    }
  }

  /** Logs the certificates that end soon, now and every day. */
  remind(): void {
    for (const { option, notes } of this.states())
      for (const note of notes) this.#log.warn({ option, note }, 'a certificate has to be renewed');
    this.#cancelReminder = this.#clock.after(REMINDER_INTERVAL_MS, () => this.remind());
  }

  stop(): void {
    this.#cancelReminder();
    for (const { followed } of this.#items) followed.stop();
  }
}
