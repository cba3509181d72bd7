import type { AppName } from '../../../../shared/model/names.ts';
import type { PublishAnswer, PublishEvent, PublishRequest } from '../../../../shared/publish/exchange.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';

/** What happens within so many milliseconds is told in one line for each kind of event. */
const COLLECT_MS = 1_000;
/** Between two looks at whether the trouble is over. */
const LOOK_MS = 10_000;
/** Applications that a line names. */
const MAX_APPLICATIONS = 20;

const MESSAGES: Readonly<Record<PublishEvent, string>> = {
  published: 'entries were published in the legacy registry',
  changed: 'published entries were changed in the legacy registry',
  'registered-again': 'published entries were missing in the legacy registry, and are registered again',
  withdrawn: 'entries were withdrawn from the legacy registry',
  taken: 'entries are not published: the legacy registry has other registrations with their ids',
  failed: 'entries could not be published in the legacy registry',
};

interface Collected {
  readonly applications: Map<AppName, number>;
  reason: string | undefined;
}

/** Logs what was published, changed and withdrawn, by application. Trouble is told when it begins and when it is over. */
export class PublishLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #failing: () => number;
  readonly #collected = new Map<PublishEvent, Collected>();
  #isInTrouble = false;
  #cancelFlush: (() => void) | undefined;
  #cancelLook: () => void = () => undefined;

  /** `failing`: how many entries have a problem now. */
  constructor(clock: Clock, log: Log, failing: () => number) {
    this.#clock = clock;
    this.#log = log;
    this.#failing = failing;
  }

  note(event: PublishEvent, { app }: PublishRequest, answer: PublishAnswer): void {
    // Every attempt of an outage fails.
    if (event === 'failed' && this.#isInTrouble) return;
    const collected = this.#collected.get(event) ?? { applications: new Map<AppName, number>(), reason: undefined };
    collected.applications.set(app, (collected.applications.get(app) ?? 0) + 1);
    if (answer.kind === 'failed') collected.reason = answer.reason;
    this.#collected.set(event, collected);
    this.#cancelFlush ??= this.#clock.after(COLLECT_MS, () => this.#flush());
  }

  /** Writes what was collected. */
  stop(): void {
    this.#cancelFlush?.();
    this.#flush();
    this.#cancelLook();
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    for (const [event, { applications, reason }] of this.#collected) {
      const entries = [...applications.values()].reduce((sum, count) => sum + count, 0);
      const apps = [...applications.keys()].slice(0, MAX_APPLICATIONS);
      const more = applications.size - apps.length;
      const fields = { apps, ...(more > 0 && { more }), entries, ...(reason !== undefined && { reason }) };
      this.#log[event === 'failed' || event === 'taken' ? 'warn' : 'info'](fields, MESSAGES[event]);
    }
    if (this.#collected.has('failed')) this.#beInTrouble();
    this.#collected.clear();
  }

  #beInTrouble(): void {
    this.#isInTrouble = true;
    this.#cancelLook = this.#clock.after(LOOK_MS, () => {
      if (this.#failing() > 0) return this.#beInTrouble();
      this.#isInTrouble = false;
      this.#log.info({}, 'the legacy registry takes published entries again');
    });
  }
}
