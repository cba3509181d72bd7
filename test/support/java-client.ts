import type { InstanceRecord } from '../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';

/**
 * The registry in Netflix's DiscoveryClient. Additions and modifications are upserts by id, in the order of the document. An
 * application that the client does not have yet enters as the object of the delta itself. A deletion removes by id, and
 * removes the application with its last instance. The hash code is computed over all instances of the client.
 */
export class JavaClient {
  readonly #apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();

  fetchFull(snapshot: RegistrySnapshot): void {
    this.#apps.clear();
    for (const { name, served } of snapshot.applications)
      if (served.length > 0) this.#apps.set(name, new Map(served.map((record) => [record.id, record])));
  }

  /** Applies the delta. `true` when the hash codes agree; otherwise the real client would fetch everything. */
  fetchDelta(snapshot: RegistrySnapshot): boolean {
    for (const { name, changes } of snapshot.log.applications)
      for (const { kind, record } of changes) {
        const app = this.#apps.get(name);
        if (kind === 'deleted') {
          app?.delete(record.id);
          if (app?.size === 0) this.#apps.delete(name);
        } else if (app === undefined) {
          // The Application object of the delta enters as it is, with all of its items, deleted ones included.
          this.#apps.set(name, new Map(changes.map((change) => [change.record.id, change.record])));
        } else app.set(record.id, record);
      }
    return this.hash() === snapshot.hashCode;
  }

  /** As the real client computes it, and not by the function that it checks: a TreeMap of counts by status. */
  hash(): string {
    const counts = new Map<string, number>();
    for (const app of this.#apps.values())
      for (const { status } of app.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
    return [...counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([status, count]) => `${status}_${count}_`)
      .join('');
  }

  /** `app/id` and record, sorted, for comparison. */
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
