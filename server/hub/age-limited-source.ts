import type { AppContribution, ContributionUpdate } from '../../shared/contribution/contribution.ts';
import { withdrawn } from '../../shared/contribution/withdrawal.ts';
import type { AppName } from '../../shared/model/names.ts';
import { describeDuration } from '../../shared/text/duration.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ContributionSink, Restored, Source, SourceHealth } from '../ports/source.ts';
import { SourceAround } from './source-around.ts';

/** The longest time (milliseconds) between two looks at the age. */
const LOOK_MS = 5_000;

export interface AgeLimit {
  /** Milliseconds since the last success after which nothing of the source is served. */
  readonly maxAge: number;
  /** The one that the source measures time by. */
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A source whose entries are withdrawn when its upstream has been out of reach for `maxAge`, as somebody wanted it who
 * rather has no entries than old ones. They are back as soon as the source is current again.
 */
export class AgeLimitedSource extends SourceAround {
  readonly #limit: AgeLimit;
  /** What the source contributes, served or not. */
  readonly #all = new Map<AppName, AppContribution>();
  #sink: ContributionSink | undefined;
  /**
   * When the source was last seen in touch, by the previous process at first. Not the last success: an API server with
   * nothing to tell may be silent for hours.
   */
  #inTouchAt: number | undefined;
  /** Why nothing is served; `undefined`: it is. */
  #reason: string | undefined;
  #cancelLook: () => void = () => undefined;

  constructor(source: Source, limit: AgeLimit) {
    super(source);
    this.#limit = limit;
  }

  override restore(restored: Restored): void {
    super.restore(restored);
    // The clock may have been set back since.
    this.#inTouchAt = Math.min(restored.lastSuccessAt, this.#limit.clock.now());
    this.#keep(restored.contributions);
    this.#look();
  }

  override shown<T extends AppContribution | undefined>(
    given: ReadonlyMap<AppName, T>,
  ): ReadonlyMap<AppName, T | AppContribution> {
    const reason = this.#reason;
    if (reason === undefined) return given;
    return new Map([...given].map(([app, each]) => [app, each && withdrawn(each, reason)]));
  }

  override known(): ReadonlyMap<AppName, AppContribution> {
    return this.#all;
  }

  override start(sink: ContributionSink, mayConnect?: Promise<void>): void {
    this.#sink = sink;
    const own: Required<ContributionSink> = {
      update: (changes, urgency) => {
        this.#keep(changes);
        sink.update(this.shown(changes), urgency);
      },
      replace: (all) => {
        this.#all.clear();
        this.#keep(all);
        this.#look();
        sink.replace(this.shown(all));
      },
      synced: () => {
        this.#look();
        sink.synced();
      },
      stateChanged: () => sink.stateChanged?.(),
    };
    super.start(own, mayConnect);
    this.#lookAgain();
  }

  override stop(): Promise<void> {
    this.#cancelLook();
    return super.stop();
  }

  override health(): SourceHealth {
    const health = super.health();
    if (this.#reason === undefined) return health;
    return { ...health, detail: { ...health.detail, withdrawn: this.#reason } };
  }

  #lookAgain(): void {
    const delay = Math.min(LOOK_MS, this.#limit.maxAge / 2);
    this.#cancelLook = this.#limit.clock.after(delay, () => {
      this.#look();
      this.#lookAgain();
    });
  }

  /** Withdraws everything, or gives everything back, when its time has come. */
  #look(): void {
    const { log } = this.#limit;
    const reason = this.#whyTooOld();
    if ((reason === undefined) === (this.#reason === undefined)) return;
    this.#reason = reason;
    if (reason === undefined) log.info({ source: this.id }, 'the cluster is back: its entries are served again');
    else log.warn({ source: this.id, applications: this.#all.size }, reason);
    this.#sink?.replace(this.shown(this.#all));
  }

  /** A source that was never in touch has contributed nothing. */
  #whyTooOld(): string | undefined {
    const { maxAge, clock } = this.#limit;
    const now = clock.now();
    if (super.health().state === 'synced') this.#inTouchAt = now;
    if (this.#inTouchAt === undefined || now - this.#inTouchAt <= maxAge) return undefined;
    return `the cluster has been out of reach for longer than its maxAge of ${describeDuration(maxAge)}: nothing of it is served until it answers`;
  }

  #keep(changes: ContributionUpdate): void {
    for (const [app, contribution] of changes) {
      if (contribution === undefined) this.#all.delete(app);
      else this.#all.set(app, contribution);
    }
  }
}
