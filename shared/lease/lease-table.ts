import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { Lease } from './lease.ts';
import { LeaseRows } from './lease-rows.ts';
import { SlotIndex } from './slot-index.ts';

interface Application {
  /** One string for all instances of the application: heartbeats compare it with theirs. */
  readonly name: AppName;
  /** In the order of registration. */
  readonly slots: number[];
}

/** The leases by application and id. Each has a slot, under which heartbeats find what they need and touch no more. */
export class LeaseTable {
  readonly rows = new LeaseRows();
  readonly #index = new SlotIndex();
  /** By slot, as they were put; the rows know about the renewals since. */
  readonly #leases: (Lease | undefined)[] = [];
  readonly #apps = new Map<AppName, Application>();
  /** Slots by id alone: several where one id is registered under several names, which is rare. */
  readonly #ids = new Map<InstanceId, number | Set<number>>();

  /** All leases. */
  get size(): number {
    return this.#index.size;
  }

  get applications(): number {
    return this.#apps.size;
  }

  slotOf(app: AppName, id: InstanceId): number | undefined {
    return this.#index.find(app, id);
  }

  get(app: AppName, id: InstanceId): Lease | undefined {
    const slot = this.#index.find(app, id);
    return slot === undefined ? undefined : this.at(slot);
  }

  /** With the renewals that it had since it was put here. */
  at(slot: number): Lease | undefined {
    const lease = this.#leases[slot];
    return (
      lease && { ...lease, lastRenewalTimestamp: this.rows.renewedAt(slot), expectation: this.rows.expectation(slot) }
    );
  }

  /** In the place of the lease of the same application and id, if there is one. */
  put(lease: Lease): void {
    const { app, id } = lease.record;
    const slot = this.#index.find(app, id) ?? this.#add(app, id);
    this.#leases[slot] = lease;
    this.rows.set(slot, lease);
  }

  remove(app: AppName, id: InstanceId): Lease | undefined {
    const slot = this.#index.find(app, id);
    if (slot === undefined) return undefined;
    const lease = this.at(slot);
    this.#leases[slot] = undefined;
    this.rows.clear(slot);
    this.#index.remove(app, id);
    this.#leave(app, slot);
    this.#forget(id, slot);
    return lease;
  }

  /** What is served of one application; `undefined` when it has no lease. */
  records(app: AppName): readonly InstanceRecord[] | undefined {
    return this.#apps.get(app)?.slots.flatMap((slot) => this.#leases[slot]?.record ?? []);
  }

  /** Leases of one id in every application. */
  withId(id: InstanceId): readonly Lease[] {
    const slots = this.#ids.get(id);
    const all = slots === undefined ? [] : typeof slots === 'number' ? [slots] : [...slots];
    return all.flatMap((slot) => this.at(slot) ?? []);
  }

  #add(app: AppName, id: InstanceId): number {
    let application = this.#apps.get(app);
    if (application === undefined) this.#apps.set(app, (application = { name: app, slots: [] }));
    const slot = this.#index.add(application.name, id);
    application.slots.push(slot);
    const others = this.#ids.get(id);
    if (others === undefined) this.#ids.set(id, slot);
    else if (typeof others === 'number') this.#ids.set(id, new Set([others, slot]));
    else others.add(slot);
    return slot;
  }

  #leave(app: AppName, slot: number): void {
    const slots = this.#apps.get(app)?.slots ?? [];
    slots.splice(slots.indexOf(slot), 1);
    if (slots.length === 0) this.#apps.delete(app);
  }

  #forget(id: InstanceId, slot: number): void {
    const slots = this.#ids.get(id);
    if (typeof slots !== 'object') this.#ids.delete(id);
    else if (slots.delete(slot) && slots.size === 0) this.#ids.delete(id);
  }
}
