import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName } from '../../../shared/model/names.ts';
import { countStatuses, hashCode, type StatusCounts } from '../../../shared/registry/hashcode.ts';
import { DeltaDraft } from './delta-draft.ts';
import { FullDraft } from './full-draft.ts';
import type { Instances, NextView, ViewState } from './view-state.ts';

/**
 * The legacy registry exactly as its own answers describe it, ours and unwanted entries included: its hash code counts
 * them too. A record whose content did not change stays the same object, so that renewals are no change downstream.
 * An answer is worked into a draft, as that takes a while during which this view is read; there is one draft at a time.
 */
export class PolledView implements ViewState {
  #apps: Map<AppName, Instances>;
  #counts: StatusCounts;
  #size: number;

  /** `baseline`: a view of an earlier run, which a first answer is compared with. */
  constructor(baseline: ReadonlyMap<AppName, readonly InstanceRecord[]> = new Map()) {
    this.#apps = new Map([...baseline].map(([app, records]) => [app, new Map(records.map((each) => [each.id, each]))]));
    const records = [...this.#apps.values()].flatMap((instances) => [...instances.values()]);
    this.#counts = countStatuses(records);
    this.#size = records.length;
  }

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

  /** The hash code over this view, as Java clients compute it over theirs. */
  hashCode(): string {
    return hashCode(this.#counts);
  }

  /** For an answer after which everything is as it says. */
  draftFull(): FullDraft {
    return new FullDraft(this);
  }

  /** For an answer that lists changes. */
  draftDelta(): DeltaDraft {
    return new DeltaDraft(this);
  }

  /** What was drafted is in force. */
  take(next: NextView): void {
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
