import type { InstanceRecord } from '../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../shared/model/names.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';

/**
 * The registry as Netflix's DiscoveryClient keeps it: additions and modifications are upserts by id, in the order of the
 * document; an application unknown to the client enters as the delta's own object; a deletion removes by id and drops
 * the application with its last instance; the hash is recomputed over everything held.
 */
export class JavaClient {
  readonly #apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();

  fetchFull(snapshot: RegistrySnapshot): void {
    this.#apps.clear();
    for (const { name, served } of snapshot.applications)
      if (served.length > 0) this.#apps.set(name, new Map(served.map((record) => [record.id, record])));
  }

  /** Applies the delta; `true` when the recomputed hash agrees, else the real client fetches everything. */
  fetchDelta(snapshot: RegistrySnapshot): boolean {
    for (const { name, changes } of snapshot.log.applications)
      for (const { kind, record } of changes) {
        const app = this.#apps.get(name);
        if (kind === 'deleted') {
          app?.delete(record.id);
          if (app?.size === 0) this.#apps.delete(name);
        } else if (app === undefined) {
          // The delta's Application object comes in as it is, with every item of it, deleted ones included.
          this.#apps.set(name, new Map(changes.map((change) => [change.record.id, change.record])));
        } else app.set(record.id, record);
      }
    return this.hash() === snapshot.hashCode;
  }

  hash(): string {
    return hashCode(countStatuses([...this.#apps.values()].flatMap((app) => [...app.values()])));
  }

  /** `app/id` → record, sorted, for comparison. */
  held(): readonly (readonly [string, InstanceRecord])[] {
    return [...this.#apps]
      .flatMap(([name, app]) => [...app].map(([id, record]) => [`${name}/${id}`, record] as const))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** The full answer in the same form. */
export function served(snapshot: RegistrySnapshot): readonly (readonly [string, InstanceRecord])[] {
  return snapshot.applications
    .flatMap(({ name, served }) => served.map((record) => [`${name}/${record.id}`, record] as const))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
