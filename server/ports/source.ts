import type { AppContribution, ContributionUpdate, World } from '../../shared/contribution/contribution.ts';
import type { Held, Hold } from '../../shared/guard/hold.ts';
import type { Presence } from '../../shared/history/cause.ts';
import type { AppName, InstanceId, SourceId } from '../../shared/model/names.ts';

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
  /** What is served was restored, and the upstream has not confirmed it yet. */
  readonly restored?: true;
}

/** How soon a contribution must be in the answers: with the next window, or before the call returns. */
export type Urgency = 'coalesced' | 'now';

/** Takes the contributions of one source. Calls are synchronous and cheap; the hub does the rest. */
export interface ContributionSink {
  /** New state of some applications; the others stay as they are. */
  update(changes: ContributionUpdate, urgency: Urgency): void;
  /** The complete view: applications that are not in it are gone. Only after a completed list or full fetch. */
  replace(all: ReadonlyMap<AppName, AppContribution>): void;
  /**
   * The first complete view has been given, by `replace` or in updates: the first answer no longer waits for this source,
   * and what was restored is confirmed.
   */
  synced(): void;
  /** The result of `memory` has changed, with or without a contribution. */
  stateChanged?(): void;
}

/** What a previous process stored of a source. */
export interface Restored {
  /** Epoch milliseconds of the last success in that process. */
  readonly lastSuccessAt: number;
  /** Restored in the hub besides. */
  readonly contributions: ReadonlyMap<AppName, AppContribution>;
  /** The `state` of its `memory`, unchecked. */
  readonly state: unknown;
  /** Its `detailsOf` each application, unchecked. */
  readonly details: ReadonlyMap<AppName, readonly unknown[]>;
}

/**
 * Immutable data that a restart needs of one application. It is written anew only when `identity` is another object.
 */
export interface Detail {
  readonly identity: object;
  /** To JSON. */
  readonly write: () => unknown;
}

/** What a restart needs of a source besides its contributions. */
export interface SourceMemory {
  /** Epoch milliseconds at which the contributions were current. A registry without an upstream is always current. */
  readonly asOf: number | undefined;
  /** JSON. */
  readonly state: unknown;
}

/** The removals that a source holds, and the commands of an operator for them. */
export interface Holding {
  holds(): readonly Hold[];
  /**
   * The hold that is the only reason why an entry is served; `undefined` when its removal is not held. `object`: the
   * object that the entry was derived from, if there is one.
   */
  held(app: AppName, id: InstanceId, object: string | undefined): Held | undefined;
  /**
   * The hold that had kept the removal of an entry back and let it through; `undefined` when it went for another reason,
   * or is back. `object`: as of `held`.
   */
  letThroughBy(app: AppName, id: InstanceId, object: string | undefined): string | undefined;
  /** Releases a hold before the call returns; false: there is no such hold. */
  release(holdId: string): boolean;
  /** Keeps a hold until it is released, however long that takes; false: there is no such hold. */
  keep(holdId: string): boolean;
}

/**
 * Anything that contributes entries. A source fails alone: it keeps its last good view, backs off and recovers by
 * itself.
 */
export interface Source {
  readonly id: SourceId;
  readonly world: World;
  /** Whether reads wait for its first sync. */
  readonly required: boolean;
  /** Of an object that entries are made from, `cluster/namespace/ingress`. Absent where there are none. */
  presence?(object: string): Presence | undefined;
  /**
   * Since when an entry is there only because the newest list of the upstream, which lacks it, lacks a part; `undefined`:
   * that is not so. Epoch milliseconds. Absent where lists are whole.
   */
  unlistedSince?(app: AppName, id: InstanceId): number | undefined;
  /** Absent when the source holds no removals. */
  readonly holding?: Holding | undefined;
  /**
   * From here on it takes writes and commands. `mayConnect`: it talks to its upstream only after that, because something
   * else comes first; absent: at once. A stop does not wait for it.
   */
  start(sink: ContributionSink, mayConnect?: Promise<void>): void;
  stop(): Promise<void>;
  health(): SourceHealth;
  /**
   * Must be called before `start`. Throws when the state is not what the source writes. Absent when the contributions
   * are sufficient.
   */
  restore?(restored: Restored): void;
  memory?(): SourceMemory;
  /** What is served now of contributions that were restored. Absent: everything. */
  shown?(restored: ReadonlyMap<AppName, AppContribution>): ReadonlyMap<AppName, AppContribution>;
  /** What a restart needs, where that is more than what is contributed now. Absent, or `undefined`: it is the same. */
  known?(): ReadonlyMap<AppName, AppContribution> | undefined;
  /** What a restart needs besides the contribution to this application. */
  detailsOf?(app: AppName): readonly Detail[];
  /** Applications to which nothing is contributed and that have details all the same. Absent: there are none. */
  remembered?(): Iterable<AppName>;
}
