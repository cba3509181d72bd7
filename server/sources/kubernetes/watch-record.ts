import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Failure } from './failure.ts';
import { planName, type WatchPlan } from './resources.ts';

/** What one list-watch is at, for health and log. Times are epoch milliseconds. */
export interface WatchStatus {
  /** `ingresses.networking.k8s.io in namespace shop`. */
  readonly name: string;
  /** `forbidden`: optional, and carried on without. `broken`: not in touch since `brokenSince`. */
  readonly state: 'listing' | 'watching' | 'broken' | 'forbidden';
  /** A complete list has been applied, or the kind is done without. */
  readonly settled: boolean;
  readonly brokenSince: number | undefined;
  /** Since when the answer is that we may not read this, or that there is no such thing. */
  readonly forbiddenSince: number | undefined;
  readonly lastSuccessAt: number | undefined;
  readonly lastEventAt: number | undefined;
  /** Cleared by the next success. */
  readonly lastError: string | undefined;
  /** Complete lists applied. */
  readonly lists: number;
  /** Streams opened beyond the first. */
  readonly restarts: number;
  readonly failures: number;
  /** How often what is known was doubted, and listed anew, though nothing had failed. */
  readonly doubts: number;
}

/** Told when more, or less, may have become known. */
export interface WatchObserver {
  /** May throw, as what takes the list; the list is then taken again. */
  listed(): void;
  failed(): void;
}

export class WatchRecord {
  readonly #plan: WatchPlan;
  readonly #cluster: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #observer: WatchObserver;
  #status: WatchStatus;
  #streams = 0;

  constructor(plan: WatchPlan, cluster: string, clock: Clock, log: Log, observer: WatchObserver) {
    this.#plan = plan;
    this.#cluster = cluster;
    this.#clock = clock;
    this.#log = log;
    this.#observer = observer;
    this.#status = {
      name: planName(plan),
      state: 'listing',
      settled: false,
      // Nothing known yet is out of touch, from the start on.
      brokenSince: clock.now(),
      forbiddenSince: undefined,
      lastSuccessAt: undefined,
      lastEventAt: undefined,
      lastError: undefined,
      lists: 0,
      restarts: 0,
      failures: 0,
      doubts: 0,
    };
  }

  get status(): WatchStatus {
    return this.#status;
  }

  /** A complete list is in the sink. */
  listed(objects: number): void {
    this.#success({ lists: this.#status.lists + 1 });
    this.#log.debug({ ...this.#fields(), objects }, 'listed');
    this.#patch({ settled: true });
    this.#observer.listed();
  }

  opened(): void {
    this.#streams += 1;
    this.#success({ state: 'watching', brokenSince: undefined, restarts: Math.max(0, this.#streams - 1) });
  }

  event(type: string): void {
    const now = this.#clock.now();
    this.#patch({ lastSuccessAt: now, ...(type !== 'BOOKMARK' && { lastEventAt: now }) });
  }

  /** The stream has ended, well or badly; until the next opens nothing is heard. */
  closed(): void {
    if (this.#status.state === 'watching') this.#patch({ state: 'listing' });
    this.#patch({ brokenSince: this.#status.brokenSince ?? this.#clock.now() });
  }

  /** What is known may be wrong, though the server reports no failure; it is listed anew. */
  doubted(reason: string): void {
    this.#patch({ doubts: this.#status.doubts + 1 });
    this.#log.warn({ ...this.#fields(), reason }, 'listing anew');
  }

  failed(verb: 'list' | 'watch' | 'apply', failure: Failure): void {
    const { need } = this.#plan;
    const needed = need.kind === 'required' && need.by !== undefined ? ` (needed for ${need.by})` : '';
    const error = `${verb} ${this.#status.name}: ${failure.text}${needed}`;
    // Said once for as long as it stays the same: retries go on for hours.
    const news = error !== this.#status.lastError;
    this.#patch({
      lastError: error,
      failures: this.#status.failures + 1,
      forbiddenSince: isRefusal(failure) ? (this.#status.forbiddenSince ?? this.#clock.now()) : undefined,
    });
    if (failure.status === 403 && need.kind === 'optional') {
      this.#patch({ state: 'forbidden' });
      if (news) this.#log.warn({ ...this.#fields(), error }, `carrying on without: ${need.without}`);
      this.#patch({ settled: true });
      this.#observer.failed();
      return;
    }
    this.#patch({ state: 'broken', brokenSince: this.#status.brokenSince ?? this.#clock.now() });
    if (news) this.#log.warn({ ...this.#fields(), error }, `cannot ${verb}, retrying`);
    this.#observer.failed();
  }

  #success(change: Partial<WatchStatus>): void {
    if (this.#status.lastError !== undefined) this.#log.info({ ...this.#fields() }, 'recovered');
    this.#patch({ ...change, lastError: undefined, forbiddenSince: undefined, lastSuccessAt: this.#clock.now() });
  }

  #patch(change: Partial<WatchStatus>): void {
    this.#status = { ...this.#status, ...change };
  }

  #fields(): { readonly cluster: string; readonly resource: string } {
    return { cluster: this.#cluster, resource: this.#status.name };
  }
}

/** 404 is what some gateways in front of API servers say of namespaces that one may not see. */
function isRefusal({ status }: Failure): boolean {
  return status === 403 || status === 404;
}
