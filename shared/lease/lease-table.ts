import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import { type Lease, renew } from './lease.ts';

/**
 * The leases by id and by application, with the counts that eviction and self-preservation go by kept up to date. By id
 * first, because that takes a heartbeat one look-up, and overrides go by id alone.
 */
export class LeaseTable {
  readonly #ids = new Map<InstanceId, Lease>();
  /** Further leases of an id that is registered under several names: rare, so nearly always empty. */
  readonly #twins = new Map<InstanceId, readonly Lease[]>();
  /** In the order of registration. */
  readonly #apps = new Map<AppName, Lease[]>();
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
    const lease = this.#ids.get(id);
    if (lease === undefined || lease.record.app === app) return lease;
    return this.#twins.get(id)?.find(({ record }) => record.app === app);
  }

  /** In the place of the lease of the same application and id, if there is one. */
  put(lease: Lease): void {
    const { app, id } = lease.record;
    const previous = this.get(app, id);
    const leases = this.#apps.get(app);
    if (leases === undefined) this.#apps.set(app, [lease]);
    else if (previous === undefined) leases.push(lease);
    else leases[leases.indexOf(previous)] = lease;
    if (previous === undefined) this.#size++;
    this.#expected += weight(lease) - weight(previous);
    this.#index(id, previous, lease);
  }

  remove(app: AppName, id: InstanceId): Lease | undefined {
    const lease = this.get(app, id);
    const leases = this.#apps.get(app);
    if (lease === undefined || leases === undefined) return undefined;
    leases.splice(leases.indexOf(lease), 1);
    if (leases.length === 0) this.#apps.delete(app);
    this.#size--;
    this.#expected -= weight(lease);
    this.#index(id, lease, undefined);
    return lease;
  }

  /** A heartbeat of a lease that is in here. */
  renew(lease: Lease, now: number): void {
    this.#expected += 1 - weight(lease);
    renew(lease, now);
  }

  /** The heartbeats of a lease that is in here are no longer expected. */
  writeOff(lease: Lease): void {
    this.#expected -= weight(lease);
    lease.expectation = 'no';
  }

  /** What is served of one application; `undefined` when it has no lease. */
  records(app: AppName): readonly InstanceRecord[] | undefined {
    return this.#apps.get(app)?.map(({ record }) => record);
  }

  /** Leases of one id in every application. */
  withId(id: InstanceId): readonly Lease[] {
    const lease = this.#ids.get(id);
    return lease === undefined ? [] : [lease, ...(this.#twins.get(id) ?? [])];
  }

  /** The leases for which `holds` is true. A loop and no copy of all first: the evictor asks this of 100,000. */
  select(holds: (lease: Lease) => boolean): Lease[] {
    const selected: Lease[] = [];
    for (const leases of this.#apps.values()) for (const lease of leases) if (holds(lease)) selected.push(lease);
    return selected;
  }

  #index(id: InstanceId, previous: Lease | undefined, next: Lease | undefined): void {
    const leases = this.withId(id).filter((lease) => lease !== previous);
    if (next !== undefined) leases.push(next);
    const [first, ...twins] = leases;
    if (first === undefined) this.#ids.delete(id);
    else this.#ids.set(id, first);
    if (twins.length === 0) this.#twins.delete(id);
    else this.#twins.set(id, twins);
  }
}

function weight(lease: Lease | undefined): 0 | 1 {
  return lease?.expectation === 'yes' ? 1 : 0;
}
