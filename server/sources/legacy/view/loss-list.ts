import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { Losses } from '../../../../shared/guard/waves.ts';

/** Collects instances that are gone. */
export class LossList implements Losses {
  readonly #apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();
  #size = 0;

  get apps(): ReadonlyMap<AppName, Map<InstanceId, InstanceRecord>> {
    return this.#apps;
  }

  get size(): number {
    return this.#size;
  }

  add(app: AppName, record: InstanceRecord): void {
    const records = this.#apps.get(app) ?? new Map<InstanceId, InstanceRecord>();
    if (!records.has(record.id)) this.#size++;
    records.set(record.id, record);
    this.#apps.set(app, records);
  }

  /** Removes an instance that is not gone, or gone in another way. Returns whether it was collected. */
  remove(app: AppName, id: InstanceId): boolean {
    const records = this.#apps.get(app);
    if (records?.delete(id) !== true) return false;
    this.#size--;
    if (records.size === 0) this.#apps.delete(app);
    return true;
  }

  clear(): void {
    this.#apps.clear();
    this.#size = 0;
  }
}
