import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { Lease } from './lease.ts';

/** The leases by application and id, with the counts that eviction and self-preservation go by kept up to date. */
export class LeaseTable {
  readonly #apps = new Map<AppName, Map<InstanceId, Lease>>();
  #size = 0;
  #expected = 0;

  /** All leases. */
  get size(): number {
    return this.#size;
  }

  /** Leases whose heartbeats are expected. */
  get expected(): number {
    return this.#expected;
  }

  get applications(): number {
    return this.#apps.size;
  }

  get(app: AppName, id: InstanceId): Lease | undefined {
    return this.#apps.get(app)?.get(id);
  }

  put(lease: Lease): void {
    const { app, id } = lease.record;
    let leases = this.#apps.get(app);
    if (leases === undefined) this.#apps.set(app, (leases = new Map<InstanceId, Lease>()));
    const previous = leases.get(id);
    if (previous === undefined) this.#size++;
    this.#expected += weight(lease) - weight(previous);
    leases.set(id, lease);
  }

  remove(app: AppName, id: InstanceId): Lease | undefined {
    const leases = this.#apps.get(app);
    const lease = leases?.get(id);
    if (leases === undefined || lease === undefined) return undefined;
    leases.delete(id);
    if (leases.size === 0) this.#apps.delete(app);
    this.#size--;
    this.#expected -= weight(lease);
    return lease;
  }

  /** What is served of one application; `undefined` when it has no lease. */
  records(app: AppName): readonly InstanceRecord[] | undefined {
    const leases = this.#apps.get(app);
    return leases === undefined ? undefined : Array.from(leases.values(), (lease) => lease.record);
  }

  /** Leases of one id in every application. */
  withId(id: InstanceId): readonly Lease[] {
    return [...this.#apps.values()].flatMap((leases) => leases.get(id) ?? []);
  }

  all(): readonly Lease[] {
    return [...this.#apps.values()].flatMap((leases) => [...leases.values()]);
  }
}

function weight(lease: Lease | undefined): 0 | 1 {
  return lease?.expectation === 'yes' ? 1 : 0;
}
