import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Failure } from './failure.ts';
import { planName, type WatchPlan } from './resources.ts';

/** The status of one list-watch, for health and log. Times are epoch milliseconds. */
export interface WatchStatus {
  /** `ingresses.networking.k8s.io in namespace shop`. */
  readonly name: string;
  /**
   * `forbidden`: optional, and the source works without it. `absent`: the API server does not have it. `broken`:
   * disconnected since `brokenSince`.
   */
  readonly state: 'listing' | 'watching' | 'broken' | 'forbidden' | 'absent';
  /** Whether a complete list was applied, or the source works without this kind. */
  readonly settled: boolean;
  readonly brokenSince: number | undefined;
  /** Since when the server refuses access, or answers that there is no such resource. */
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
  /** How often what is known was doubted and listed anew although no request had failed. */
  readonly doubts: number;
}

/** Called when more or less may be known than before. */
export interface WatchObserver {
  /** May throw like the sink; the list is then applied again. */
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
      // Counts as disconnected until the first stream is open.
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

  /** A complete list was applied. */
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

  /** The stream has ended, in good order or not. Until the next one opens there are no events. */
  closed(): void {
    if (this.#status.state === 'watching') this.#patch({ state: 'listing' });
    this.#patch({ brokenSince: this.#status.brokenSince ?? this.#clock.now() });
  }

  /** What is known may be wrong although the server reports no failure, so it is listed anew. */
  doubted(reason: string): void {
    this.#patch({ doubts: this.#status.doubts + 1 });
    this.#log.warn({ ...this.#fields(), reason }, 'listing anew');
  }

  /** The API server does not have the resource. */
  absent(): void {
    const { state, lists } = this.#status;
    if (state === 'absent') return;
    if (lists > 0) this.#log.warn(this.#fields(), 'the API server has this resource no longer: what is known stays');
    const nothing = { brokenSince: undefined, forbiddenSince: undefined, lastError: undefined };
    this.#patch({ ...nothing, state: 'absent', settled: true });
    this.#observer.failed();
  }

  failed(verb: 'list' | 'watch' | 'apply', failure: Failure): void {
    const { need } = this.#plan;
    const needed = need.kind === 'required' && need.by !== undefined ? ` (needed for ${need.by})` : '';
    const error = `${verb} ${this.#status.name}: ${failure.text}${needed}`;
    // Logged once for as long as it stays the same, because retries may go on for hours.
    const isNew = error !== this.#status.lastError;
    this.#patch({
      lastError: error,
      failures: this.#status.failures + 1,
      forbiddenSince: isRefusal(failure) ? (this.#status.forbiddenSince ?? this.#clock.now()) : undefined,
    });
    if (failure.status === 403 && (need.kind === 'optional' || need.kind === 'extension')) {
      this.#patch({ state: 'forbidden' });
      if (isNew) this.#log.warn({ ...this.#fields(), error }, `carrying on without: ${need.without}`);
      this.#patch({ settled: true });
      this.#observer.failed();
      return;
    }
    this.#patch({ state: 'broken', brokenSince: this.#status.brokenSince ?? this.#clock.now() });
    if (isNew) this.#log.warn({ ...this.#fields(), error }, `cannot ${verb}, retrying`);
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

/** Some gateways in front of API servers answer 404 for namespaces that the caller may not see. */
function isRefusal({ status }: Failure): boolean {
  return status === 403 || status === 404;
}
