import { errorText } from '../../shared/error-text.ts';
import type { AppName } from '../../shared/model/names.ts';
import { emptyApplication, type MergedApplication, type MergeMemory } from '../../shared/registry/application.ts';
import type { SourceContribution } from '../../shared/contribution/contribution.ts';
import { mergeApplication, type MergeRules } from '../../shared/registry/merge.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

export interface MergingOptions {
  readonly rules: MergeRules;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}

/** How many applications without an entry are kept, for the template that their next entry inherits. */
const MAX_VANISHED = 1000;

/**
 * Merges one application at a time. One whose merge throws fails alone: its last known entries stay, with a refusal.
 */
export class Merging {
  readonly #options: MergingOptions;
  readonly #failed = new Set<AppName>();
  /** Applications with nothing served, hidden or refused, in the order in which they became so. */
  readonly #vanished = new Set<AppName>();
  /** Restored memories of applications that have not been merged since the start. */
  readonly #memory = new Map<AppName, MergeMemory>();

  constructor(options: MergingOptions) {
    this.#options = options;
  }

  /** Applications whose last merge threw. */
  get failed(): ReadonlySet<AppName> {
    return this.#failed;
  }

  /** Restores the merge memories of a previous process. */
  restore(memory: ReadonlyMap<AppName, MergeMemory>): void {
    for (const [name, each] of memory) this.#memory.set(name, each);
  }

  merge(
    name: AppName,
    contributions: readonly SourceContribution[],
    before: MergedApplication | undefined,
    now: number,
  ): MergedApplication {
    const merged = this.#merge(name, contributions, before, now);
    this.#vanished.delete(name);
    if (merged.served.length + merged.hidden.length + merged.refusals.length === 0) this.#vanished.add(name);
    return merged;
  }

  /**
   * Returns the applications that vanished first, beyond the number kept: a registry of ever new names must not fill
   * the memory.
   */
  forgetVanished(): readonly AppName[] {
    const forgotten = [...this.#vanished].slice(0, Math.max(0, this.#vanished.size - MAX_VANISHED));
    for (const name of forgotten) this.#vanished.delete(name);
    return forgotten;
  }

  #merge(
    name: AppName,
    contributions: readonly SourceContribution[],
    before: MergedApplication | undefined,
    now: number,
  ): MergedApplication {
    const { rules, log, metrics } = this.#options;
    try {
      const merged = mergeApplication(name, contributions, rules, before ?? this.#memory.get(name), now);
      this.#memory.delete(name);
      if (this.#failed.delete(name)) log.info({ app: name }, 'the application can be merged again');
      return merged;
    } catch (error) {
      metrics.count('application_faults', { stage: 'merge' });
      if (!this.#failed.has(name))
        log.error({ app: name, err: error }, 'merging an application failed: its last known entries stay');
      this.#failed.add(name);
      return lastKnown(name, before, error, now);
    }
  }
}

/** The application as it was, with the fault among its refusals, where explain shows it. */
function lastKnown(
  name: AppName,
  before: MergedApplication | undefined,
  error: unknown,
  now: number,
): MergedApplication {
  const application = before ?? emptyApplication(name);
  const others = application.refusals.filter(({ code }) => code !== 'internal-error');
  const since = application.refusals.find(({ code }) => code === 'internal-error')?.since ?? now;
  const what = errorText(error);
  const reason = `merging ${name} failed (${what}); its last known entries stay, and it is tried again`;
  return { ...application, refusals: [...others, { object: name, code: 'internal-error', reason, since }] };
}
