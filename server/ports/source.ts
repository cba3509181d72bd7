import type { AppContribution, ContributionUpdate, World } from '../../shared/contribution/contribution.ts';
import type { Held, Hold } from '../../shared/guard/hold.ts';
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
   * The first complete view has been given, by `replace` or in updates: the first answer no longer waits for this
   * source.
   */
  synced(): void;
}

/** The removals that a source holds back, and the orders of an operator. */
export interface Holding {
  holds(): readonly Hold[];
  /**
   * The hold that an entry is served for alone; `undefined`: its removal is not held back. `object`: what the entry was
   * derived from, where it was.
   */
  held(app: AppName, id: InstanceId, object: string | undefined): Held | undefined;
  /** Releases a hold before the call returns; false: there is no such hold. */
  release(holdId: string): boolean;
  /** Keeps a hold until it is released, however long that takes; false: there is no such hold. */
  keep(holdId: string): boolean;
}

/**
 * Anything that contributes entries. A source fails alone: it keeps its last good view, backs off and heals by itself. The
 * parts of `Holding` are absent where a source holds nothing back.
 */
export interface Source extends Partial<Holding> {
  readonly id: SourceId;
  readonly world: World;
  /** Whether reads wait for its first sync. */
  readonly required: boolean;
  start(sink: ContributionSink): void;
  stop(): Promise<void>;
  health(): SourceHealth;
}
