import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { hashCode, NO_COUNTS, type StatusCounts } from '../../../../shared/registry/hashcode.ts';
import type { LossList } from './loss-list.ts';

/**
 * Instances of one application; those beyond it are left out. It bounds memory and is far above any fleet. Merging an
 * application is one step of the hub and takes about 3 µs for each instance: 5,000 take 15 ms, 100,000 a third of a
 * second.
 */
export const MAX_APPLICATION_INSTANCES = 100_000;

export type Instances = ReadonlyMap<InstanceId, InstanceRecord>;

/** What the legacy lists. */
export interface ViewState {
  readonly apps: ReadonlyMap<AppName, Instances>;
  readonly counts: StatusCounts;
  /** Without the entries that an Eurek8s made: the brake must judge what the legacy holds by itself. */
  readonly size: number;
}

/** How the view after an answer differs from the view before it. */
export interface ViewChanges {
  readonly changed: ReadonlySet<AppName>;
  /**
   * Removed by a cancel, from the instance itself or from an operator, whether or not the view knew the instance: the
   * records that were cancelled.
   */
  readonly cancelled: LossList;
  /** Gone without such evidence: evicted, or just no longer listed. */
  readonly lost: LossList;
}

/** The view after an answer, not yet in force. */
export type NextView = NextFullView | NextDeltaView;

export interface NextFullView extends ViewState {
  readonly kind: 'full';
  readonly apps: Map<AppName, Instances>;
  readonly changes: ViewChanges;
}

export interface NextDeltaView extends ViewState {
  readonly kind: 'delta';
  /** Only the applications that the delta touches. An application without instances is gone. */
  readonly apps: ReadonlyMap<AppName, Instances>;
  readonly changes: ViewChanges;
}

/**
 * The legacy registry exactly as its own answers describe it. Entries that Eurek8s made and unwanted ones are included,
 * because the server's hash code counts them too. A record whose content did not change stays the same object, so that
 * renewals are not changes for its readers.
 */
export class PolledView implements ViewState {
  #apps = new Map<AppName, Instances>();
  #counts: StatusCounts = NO_COUNTS;
  #size = 0;

  get apps(): ReadonlyMap<AppName, Instances> {
    return this.#apps;
  }

  get counts(): StatusCounts {
    return this.#counts;
  }

  get size(): number {
    return this.#size;
  }

  instances(app: AppName): Instances | undefined {
    return this.#apps.get(app);
  }

  /** How many entries it lists that an Eurek8s made. */
  get ownSize(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0) - this.#size;
  }

  /** The hash code of this view, as Java clients compute it of theirs. */
  hashCode(): string {
    return hashCode(this.#counts);
  }

  /** Puts the view after an answer in force. */
  advance(next: NextView): void {
    if (next.kind === 'full') this.#apps = next.apps;
    else
      for (const [app, instances] of next.apps) {
        if (instances.size === 0) this.#apps.delete(app);
        else this.#apps.set(app, instances);
      }
    this.#counts = next.counts;
    this.#size = next.size;
  }
}
