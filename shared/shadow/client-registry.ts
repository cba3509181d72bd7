import type { DecodedApplication } from '../codec/document.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import { countStatuses, hashCode } from '../registry/hashcode.ts';

type Instances = Map<InstanceId, InstanceRecord>;

/** What a Eureka client holds of one server: a full answer, and the deltas after it by the rules of Java clients. */
export class ClientRegistry {
  #apps = new Map<AppName, Instances>();

  get size(): number {
    let size = 0;
    for (const instances of this.#apps.values()) size += instances.size;
    return size;
  }

  /** Computed from what is held, as clients do after each delta. */
  get hashCode(): string {
    return hashCode(countStatuses(this.records()));
  }

  find(app: AppName, id: InstanceId): InstanceRecord | undefined {
    return this.#apps.get(app)?.get(id);
  }

  *records(): Generator<InstanceRecord, void, void> {
    for (const instances of this.#apps.values()) yield* instances.values();
  }

  replace(applications: readonly DecodedApplication[]): void {
    this.#apps = new Map();
    for (const { name, instances } of applications) for (const record of instances) this.#put(name, record);
  }

  /** ADDED and MODIFIED both add or replace, DELETED removes, any other action is ignored. */
  apply(delta: readonly DecodedApplication[]): void {
    for (const { name, instances } of delta)
      for (const record of instances) {
        if (record.actionType === 'DELETED') this.#apps.get(name)?.delete(record.id);
        else if (record.actionType !== undefined) this.#put(name, record);
      }
  }

  #put(app: AppName, record: InstanceRecord): void {
    const instances: Instances = this.#apps.get(app) ?? new Map();
    this.#apps.set(app, instances.set(record.id, record));
  }
}
