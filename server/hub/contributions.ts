import {
  NO_CONTRIBUTION,
  type AppContribution,
  type ContributionUpdate,
  type SourceContribution,
} from '../../shared/contribution/contribution.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';

/** The current contribution of each source to each application. */
export class Contributions {
  readonly #bySource: ReadonlyMap<SourceId, Map<AppName, AppContribution>>;

  /** `sources` in the order of precedence. */
  constructor(sources: readonly SourceId[]) {
    this.#bySource = new Map(sources.map((source) => [source, new Map()]));
  }

  /**
   * Takes in new contributions of a source. Returns the applications whose contribution is another object than before.
   */
  update(source: SourceId, changes: ContributionUpdate): readonly AppName[] {
    const current = this.#of(source);
    const changed: AppName[] = [];
    for (const [name, contribution] of changes) {
      if (current.get(name) === contribution) continue;
      if (contribution === undefined) current.delete(name);
      else current.set(name, contribution);
      changed.push(name);
    }
    return changed;
  }

  /** The complete view of a source as an update: applications that are not in it are gone. */
  replacement(source: SourceId, all: ReadonlyMap<AppName, AppContribution>): ContributionUpdate {
    const gone = [...this.#of(source).keys()].filter((name) => !all.has(name));
    // A first load removes nothing, and is too large to be copied.
    return gone.length === 0 ? all : new Map([...all, ...gone.map((name) => [name, undefined] as const)]);
  }

  /** The contributions of one source to all applications. The map is not a copy, so it changes with later updates. */
  all(source: SourceId): ReadonlyMap<AppName, AppContribution> {
    return this.#of(source);
  }

  /** The contributions of all sources to one application, in the order of precedence. */
  of(name: AppName): readonly SourceContribution[] {
    return Array.from(this.#bySource, ([source, current]) => ({
      source,
      contribution: current.get(name) ?? NO_CONTRIBUTION,
    }));
  }

  /** About how many instances and publications the merge of an application goes through; at least 1. */
  weight(name: AppName): number {
    let weight = 1;
    for (const current of this.#bySource.values()) {
      const contribution = current.get(name);
      if (contribution !== undefined) weight += contribution.instances.length + contribution.publications.length;
    }
    return weight;
  }

  #of(source: SourceId): Map<AppName, AppContribution> {
    const current = this.#bySource.get(source);
    if (current === undefined) throw new Error(`${source} is not a source of this hub`);
    return current;
  }
}
