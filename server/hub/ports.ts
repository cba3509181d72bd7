import type { AppContribution, ContributionUpdate, World } from '../../shared/registry/contribution.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';

/** Time as a parameter: tests step it, `main.ts` hands in the real one. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** A number in [0, 1): the source of jitter. */
export type Random = () => number;

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Monotonic counts and current values by metric name; what a name means is said once, in the metric table. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** `starting`: no complete view yet. `synced`: current. `stale`: a view, but its upstream is out of reach. */
export type SourceState = 'starting' | 'synced' | 'stale';

export interface SourceHealth {
  readonly state: SourceState;
  /** Epoch milliseconds of the last successful exchange with the upstream. */
  readonly lastSuccessAt: number | undefined;
  /** The last thing that went wrong, cleared by the next success. */
  readonly lastError: string | undefined;
  /** Facts for people: urls, counts, what each watch does. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** How soon a contribution must be in the answers: with the next window, or before the call returns. */
export type Urgency = 'coalesced' | 'now';

/** What a source may tell the hub. Calls are synchronous and cheap; the hub does the rest. */
export interface ContributionSink {
  /** New state of some applications; the others stay as they are. */
  update(changes: ContributionUpdate, urgency: Urgency): void;
  /** The complete view: applications that are not in it are gone. Only after a completed list or full fetch. */
  replace(all: ReadonlyMap<AppName, AppContribution>): void;
  /** The first complete view has been given, by `replace` or in updates: the first answer no longer waits for this source. */
  synced(): void;
}

/** Anything that contributes entries. A source fails alone: it keeps its last good view, backs off and heals by itself. */
export interface Source {
  readonly id: SourceId;
  readonly world: World;
  /** Whether reads wait for its first sync. */
  readonly required: boolean;
  start(sink: ContributionSink): void;
  stop(): Promise<void>;
  health(): SourceHealth;
}

/** Names to addresses, with the last good answer kept through failures. Never blocks: it answers from what it knows. */
export interface Resolver {
  /**
   * Sorted addresses of a host name as last resolved; empty when it never had any and is known not to exist;
   * `undefined` while nothing is known. Asking keeps the name watched until `release`.
   */
  addresses(name: string): readonly string[] | undefined;
  /** Why the last attempt failed; `undefined` after a success or before the first attempt. */
  failure(name: string): string | undefined;
  /** The name is not needed any more. */
  release(name: string): void;
  /** Resolve the name again soon, there is reason to believe that it has changed. */
  refresh?(name: string): void;
  /**
   * Called with a name whose addresses changed or whose first attempt ended, be it in failure; the returned function
   * unsubscribes.
   */
  onChange(listener: (name: string) => void): () => void;
}
