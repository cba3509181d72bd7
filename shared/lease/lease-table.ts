import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { Lease } from './lease.ts';
import { LeaseRows } from './lease-rows.ts';

/** The leases by application and id. Each has a slot, and heartbeats touch nothing but the row of that slot. */
export class LeaseTable {
  readonly rows = new LeaseRows();
  /** The slots of each application, in the order of registration. */
  readonly #apps = new Map<AppName, Map<InstanceId, number>>();
  /** By slot, as they were put. The rows have the renewals since then. */
  readonly #leases: (Lease | undefined)[] = [];
  /** Free slots, which are used first. */
  readonly #free: number[] = [];
  /** Slots by id alone. Rarely one id is registered in several applications. */
  readonly #ids = new Map<InstanceId, number | Set<number>>();

  /** How many leases there are. */
  get size(): number {
    return this.#leases.length - this.#free.length;
  }

  get applications(): number {
    return this.#apps.size;
  }

  slotOf(app: AppName, id: InstanceId): number | undefined {
    return this.#apps.get(app)?.get(id);
  }

  get(app: AppName, id: InstanceId): Lease | undefined {
    const slot = this.slotOf(app, id);
    return slot === undefined ? undefined : this.at(slot);
  }

  /** The lease with the renewals since it was put. */
  at(slot: number): Lease | undefined {
    const lease = this.#leases[slot];
    return (
      lease && { ...lease, lastRenewalTimestamp: this.rows.renewedAt(slot), expectation: this.rows.expectation(slot) }
    );
  }

  /** Replaces the lease of the same application and id, if there is one. */
  put(lease: Lease): void {
    const { app, id } = lease.record;
    const slot = this.slotOf(app, id) ?? this.#add(app, id);
    this.#leases[slot] = lease;
    this.rows.set(slot, lease);
  }

  remove(app: AppName, id: InstanceId): Lease | undefined {
    const slot = this.slotOf(app, id);
    if (slot === undefined) return undefined;
    const lease = this.at(slot);
    this.#leases[slot] = undefined;
    this.rows.clear(slot);
    this.#free.push(slot);
    this.#removeFromApp(app, id);
    this.#removeFromIds(id, slot);
    return lease;
  }

  /** The records of one application; `undefined` when it has no lease. */
  records(app: AppName): readonly InstanceRecord[] | undefined {
    const slots = this.#apps.get(app);
    return slots && Array.from(slots.values()).flatMap((slot) => this.#leases[slot]?.record ?? []);
  }

  /** As they were put: the rows know about the renewals since. */
  *all(): Generator<Lease, undefined> {
    for (const lease of this.#leases) if (lease !== undefined) yield lease;
  }

  /** The leases of one id in all applications. */
  withId(id: InstanceId): readonly Lease[] {
    const slots = this.#ids.get(id);
    const all = slots === undefined ? [] : typeof slots === 'number' ? [slots] : [...slots];
    return all.flatMap((slot) => this.at(slot) ?? []);
  }

  #add(app: AppName, id: InstanceId): number {
    let slots = this.#apps.get(app);
    if (slots === undefined) this.#apps.set(app, (slots = new Map()));
    const slot = this.#free.pop() ?? this.#leases.length;
    slots.set(id, slot);
    const others = this.#ids.get(id);
    if (others === undefined) this.#ids.set(id, slot);
    else if (typeof others === 'number') this.#ids.set(id, new Set([others, slot]));
    else others.add(slot);
    return slot;
  }

  #removeFromApp(app: AppName, id: InstanceId): void {
    const slots = this.#apps.get(app);
    slots?.delete(id);
    if (slots?.size === 0) this.#apps.delete(app);
  }

  #removeFromIds(id: InstanceId, slot: number): void {
    const slots = this.#ids.get(id);
    if (typeof slots !== 'object') this.#ids.delete(id);
    else if (slots.delete(slot) && slots.size === 0) this.#ids.delete(id);
  }
}
