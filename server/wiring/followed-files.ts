import type { FollowedFiles } from '../../shared/api/files.ts';
import { Followed, type Load } from '../files/followed.ts';
import type { PrometheusMetrics } from '../observe/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { UnusableFile } from '../ports/unusable-file.ts';
import { validityNote, worseThan, type Validity } from '../tls/validity.ts';

/** The interval (milliseconds) at which the log reports a certificate that ends soon. */
const REMINDER_INTERVAL_MS = 86_400_000;

interface Item {
  readonly followed: Pick<Followed<unknown>, 'state' | 'stop'>;
  readonly validity: () => Validity | undefined;
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
    validityOf: (value: T) => Validity | undefined = () => undefined,
  ): Promise<Followed<T>> {
    const [clock, log] = [this.#clock, this.#log];
    const worse = (next: T, inForce: T): string | undefined =>
      worseThan(validityOf(inForce), validityOf(next), clock.now());
    const opened = await Followed.open({ option, load, worse, clock, log });
    if (!opened.ok) throw new UnusableFile(option, opened.error);
    const followed = opened.value;
    const item = { followed, validity: () => validityOf(followed.value) };
    this.#items.push(item);
    followed.onChange(() => this.#remindOf(item));
    return followed;
  }

  states(): readonly FollowedFiles[] {
    const now = this.#clock.now();
    return this.#items.map(({ followed, validity }) => {
      const note = validityNote(validity(), now);
      return { ...followed.state(), notes: note === undefined ? [] : [note.text] };
    });
  }

  observe(metrics: PrometheusMetrics): void {
    for (const { followed, validity } of this.#items) {
      const { option, problem } = followed.state();
      metrics.gauge('file_current', problem === undefined ? 1 : 0, { option });
      const end = validity()?.endsAt;
      if (end !== undefined) metrics.gauge('certificate_end_timestamp_seconds', end / 1000, { option });
    }
  }

  /** Logs the certificates that end soon, now and every day; those that are read later are logged then. */
  remind(): void {
    for (const item of this.#items) this.#remindOf(item);
    this.#cancelReminder = this.#clock.after(REMINDER_INTERVAL_MS, () => this.remind());
  }

  #remindOf({ followed, validity }: Item): void {
    const note = validityNote(validity(), this.#clock.now());
    if (note === undefined) return;
    const fields = { option: followed.state().option, note: note.text };
    if (note.verdict === 'bad') this.#log.error(fields, 'a certificate is not valid: nobody believes it');
    else this.#log.warn(fields, 'a certificate has to be renewed');
  }

  stop(): void {
    this.#cancelReminder();
    for (const { followed } of this.#items) followed.stop();
  }
}
