import type { AppName } from '../../shared/model/names.ts';

/**
 * Instances that are merged for one snapshot of a load: about a millisecond of work. The snapshot itself takes twice as
 * long and is one step. It must leave little garbage: while the collector marks, each 64 KiB that are allocated may
 * cost 5 ms of marking.
 */
const MAX_BATCH_INSTANCES = 400;

/** The applications that are to be merged anew. */
export class DirtyApplications {
  readonly #names = new Set<AppName>();

  get size(): number {
    return this.#names.size;
  }

  add(names: Iterable<AppName>): void {
    for (const name of names) this.#names.add(name);
  }

  /** Takes the urgent ones out, and as many others as make a batch. `weightOf`: the instances of an application. */
  takeBatch(urgent: Iterable<AppName>, weightOf: (name: AppName) => number): ReadonlySet<AppName> {
    const batch = new Set<AppName>();
    for (const name of urgent) if (this.#names.delete(name)) batch.add(name);
    let instances = 0;
    for (const name of this.#names) {
      if (instances >= MAX_BATCH_INSTANCES) break;
      this.#names.delete(name);
      batch.add(name);
      instances += weightOf(name);
    }
    return batch;
  }
}
