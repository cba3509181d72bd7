import type { InstanceRecord, InstanceStatus } from '../model/instance.ts';
import { instanceBytes, MAX_INSTANCE_BYTES, withMetadata } from '../model/instance-size.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import { DEFAULT_EXPIRY, Expiry, type ExpiryOptions } from './expiry.ts';
import type { PreservationReport } from './explain-preservation.ts';
import {
  datedUp,
  isExpired,
  type Lease,
  leaseDurationMs,
  newLease,
  renewed,
  restoredLease,
  withContent,
} from './lease.ts';
import { LeaseTable } from './lease-table.ts';
import { OverrideMap, type OverrideScope } from './override-map.ts';
import { effectiveStatus, isOverridable } from './override-rules.ts';
import type { LeaseRegistryState } from './registry-state.ts';

/**
 * `unknown-status` and `newer-data` are answered 404 too, upon which a client registers again. `too-large`: nothing was
 * changed.
 */
export type LeaseOutcome = 'done' | 'not-found' | 'unknown-status' | 'newer-data' | 'too-large';

/** Who sent a registration: the client itself, or a server that replicates it. */
export type RegistrationOrigin = 'client' | 'peer';

export interface LeaseEffect {
  readonly outcome: LeaseOutcome;
  /** Applications whose records changed. */
  readonly changed: readonly AppName[];
}

const NOT_FOUND: LeaseEffect = { outcome: 'not-found', changed: [] };
const UNCHANGED: LeaseEffect = { outcome: 'done', changed: [] };
const UNKNOWN_STATUS: LeaseEffect = { outcome: 'unknown-status', changed: [] };
const TOO_LARGE: LeaseEffect = { outcome: 'too-large', changed: [] };
const NEWER_DATA: LeaseEffect = { outcome: 'newer-data', changed: [] };

/**
 * A registry with the lease semantics of stock Eureka (eureka-core's AbstractInstanceRegistry). It has no clock: every
 * call gets the time in epoch milliseconds.
 */
export class LeaseRegistry {
  readonly #leases = new LeaseTable();
  readonly #overrides: OverrideMap;
  readonly #expiry: Expiry;

  constructor(startedAt: number, options: ExpiryOptions = DEFAULT_EXPIRY, overridden: OverrideScope = 'id') {
    this.#overrides = new OverrideMap(overridden);
    this.#expiry = new Expiry(this.#leases, startedAt, options);
  }

  get size(): number {
    return this.#leases.size;
  }

  get applications(): number {
    return this.#leases.applications;
  }

  /** How many status overrides are kept. */
  get overrides(): number {
    return this.#overrides.size;
  }

  /** The instances of one application; `undefined` when it has none. */
  records(app: AppName): readonly InstanceRecord[] | undefined {
    return this.#leases.records(app);
  }

  /** One instance with the current times of its lease; `undefined` when it is not registered. */
  current(app: AppName, id: InstanceId): InstanceRecord | undefined {
    const lease = this.#leases.get(app, id);
    return lease === undefined ? undefined : withContent(lease, {}).record;
  }

  /** Data that is not older than the registered data replaces it. Older data only starts a new lease. */
  register(incoming: InstanceRecord, now: number, from: RegistrationOrigin = 'client'): LeaseEffect {
    const existing = this.#leases.get(incoming.app, incoming.id);
    const isOutdated = existing !== undefined && existing.record.lastDirtyTimestamp > incoming.lastDirtyTimestamp;
    const record = isOutdated ? existing.record : incoming;
    return { outcome: 'done', changed: this.#establish(record, leaseDurationMs(incoming), now, from) };
  }

  /** A heartbeat. Its cost is constant, and it never changes what is served. */
  renew(app: AppName, id: InstanceId, lastDirtyTimestamp: number | undefined, now: number): LeaseEffect {
    const slot = this.#leases.slotOf(app, id);
    if (slot === undefined) return NOT_FOUND;
    const { rows } = this.#leases;
    // An override decides the status. The row has it already, unless it is the UNKNOWN of the same id elsewhere.
    const overridden = rows.isOverridable(slot) ? this.#overrides.get(app, id, now) : undefined;
    if (rows.isUnknown(slot) || overridden === 'UNKNOWN') return UNKNOWN_STATUS;
    this.#expiry.countHeartbeat(now);
    rows.renew(slot, now);
    // Equal or older data needs no new registration. With newer data the lease is renewed all the same.
    return lastDirtyTimestamp !== undefined && lastDirtyTimestamp > rows.dirtyAt(slot) ? NEWER_DATA : UNCHANGED;
  }

  cancel(app: AppName, id: InstanceId, now: number): LeaseEffect {
    this.#overrides.remove(app, id, now);
    return this.#leases.remove(app, id) === undefined ? NOT_FOUND : { outcome: 'done', changed: [app] };
  }

  /** Renews the lease, and overrides the status if it differs. UNKNOWN stays like any other status. */
  setStatus(
    app: AppName,
    id: InstanceId,
    status: InstanceStatus,
    lastDirtyTimestamp: number | undefined,
    now: number,
  ): LeaseEffect {
    const lease = this.#visible(app, id, now);
    if (lease === undefined) return NOT_FOUND;
    if (lease.record.status === status) {
      this.#leases.put(renewed(lease, now));
      return UNCHANGED;
    }
    this.#overrides.set(app, id, status, now);
    this.#changeStatus(datedUp(lease, status, now), status, status, lastDirtyTimestamp, now);
    return { outcome: 'done', changed: [app, ...this.#spreadOverride(id, status)] };
  }

  /** Renews the lease, and sets `status` if there was an override to remove. */
  removeStatus(
    app: AppName,
    id: InstanceId,
    status: InstanceStatus,
    lastDirtyTimestamp: number | undefined,
    now: number,
  ): LeaseEffect {
    const lease = this.#visible(app, id, now);
    if (lease === undefined) return NOT_FOUND;
    if (!this.#overrides.remove(app, id, now)) {
      this.#leases.put(renewed(lease, now));
      return UNCHANGED;
    }
    this.#changeStatus(lease, status, 'UNKNOWN', lastDirtyTimestamp, now);
    return { outcome: 'done', changed: [app] };
  }

  /** Takes over an override of a peer. Stock applies it with the next heartbeat; here heartbeats change nothing. */
  adoptOverride(app: AppName, id: InstanceId, status: InstanceStatus, now: number): LeaseEffect {
    const lease = this.#leases.get(app, id);
    if (lease === undefined) return NOT_FOUND;
    if (this.#overrides.get(app, id, now) === status) return UNCHANGED;
    this.#overrides.set(app, id, status, now);
    const content = {
      status: effectiveStatus(lease.record.status, () => status, undefined),
      overriddenStatus: status,
    };
    this.#leases.put(withContent(lease, content));
    return { outcome: 'done', changed: [app, ...this.#spreadOverride(id, status)] };
  }

  /** Registers the same data again with more metadata, as stock does. */
  mergeMetadata(app: AppName, id: InstanceId, entries: ReadonlyMap<string, string>, now: number): LeaseEffect {
    const lease = this.#visible(app, id, now);
    if (lease === undefined) return NOT_FOUND;
    const record = withMetadata(lease.record, entries);
    if (instanceBytes(record) > MAX_INSTANCE_BYTES) return TOO_LARGE;
    return { outcome: 'done', changed: this.#establish(record, leaseDurationMs(record), now, 'client') };
  }

  /** Takes over the instances of a process before this one, each application's in the order of registration. */
  restore(records: Iterable<InstanceRecord>, { overrides, durations }: LeaseRegistryState, now: number): void {
    for (const record of records) this.#leases.put(restoredLease(record, leaseDurationMs(record), now));
    this.#overrides.restore(overrides, (id) => this.#leases.withId(id).map(({ record }) => record.app), now);
    for (const { app, id, durationMs } of durations) {
      const lease = this.#leases.get(app, id);
      if (lease !== undefined && durationMs > 0) this.#leases.put({ ...lease, durationMs });
    }
  }

  /** What `restore` needs beside the records. */
  state(now: number): LeaseRegistryState {
    const odd = [...this.#leases.all()].filter(({ record, durationMs }) => durationMs !== leaseDurationMs(record));
    return {
      overrides: this.#overrides.all(now),
      durations: odd.map(({ record: { app, id }, durationMs }) => ({ app, id, durationMs })),
    };
  }

  /**
   * One run of the evictor. It yields the leases that it ends, one at a time, as a run may end thousands. What is
   * renewed or registered meanwhile stays.
   */
  *evict(now: number, random: () => number): Generator<Lease, undefined> {
    this.#overrides.sweep(now);
    for (const slot of this.#expiry.run(now, random)) {
      const lease = this.#leases.at(slot);
      if (lease === undefined || !isExpired(lease, now)) continue;
      this.cancel(lease.record.app, lease.record.id, now);
      yield lease;
    }
  }

  preservation(now: number): PreservationReport {
    return this.#expiry.report(now);
  }

  /** Calls for status and metadata do not see an expired instance that is due for eviction. Heartbeats revive it. */
  #visible(app: AppName, id: InstanceId, now: number): Lease | undefined {
    const lease = this.#leases.get(app, id);
    return lease === undefined || this.#expiry.isDue(lease, now) ? undefined : lease;
  }

  #establish(record: InstanceRecord, durationMs: number, now: number, from: RegistrationOrigin): readonly AppName[] {
    const { app, id, overriddenStatus } = record;
    const existing = this.#leases.get(app, id);
    // The override that a client brings from another registry counts only when there is none here.
    const isAdopted = overriddenStatus !== 'UNKNOWN' && !this.#overrides.has(app, id, now);
    if (isAdopted) this.#overrides.set(app, id, overriddenStatus, now);
    const override = this.#overrides.get(app, id, now);
    // A peer has applied the rules already, so the status that it replicates is the result.
    const before = from === 'peer' ? undefined : existing?.record.status;
    const status = effectiveStatus(record.status, () => override, before);
    const content: Partial<InstanceRecord> = {
      status,
      overriddenStatus: override ?? overriddenStatus,
      // It is true only of a stock server that lists itself.
      isCoordinatingDiscoveryServer: false,
      actionType: 'ADDED',
      lastUpdatedTimestamp: now,
    };
    this.#leases.put(withContent(datedUp(newLease(record, durationMs, existing, now), status, now), content));
    return [app, ...(isAdopted ? this.#spreadOverride(id, overriddenStatus) : [])];
  }

  #changeStatus(
    lease: Lease,
    status: InstanceStatus,
    overriddenStatus: InstanceStatus,
    dirty: number | undefined,
    now: number,
  ): void {
    const lastDirtyTimestamp = Math.max(lease.record.lastDirtyTimestamp, dirty ?? 0);
    const content: Partial<InstanceRecord> = {
      status,
      overriddenStatus,
      lastDirtyTimestamp,
      actionType: 'MODIFIED',
      lastUpdatedTimestamp: now,
    };
    this.#leases.put(withContent(renewed(lease, now), content));
  }

  /**
   * Overrides that are kept by id alone affect instances of the same id in other applications. Stock changes those at
   * their next heartbeat. Here they change at once, so that heartbeats never change anything. UNKNOWN does not
   * spread, as in stock: the heartbeats of those instances are answered 404.
   */
  #spreadOverride(id: InstanceId, status: InstanceStatus): readonly AppName[] {
    if (status === 'UNKNOWN' || this.#overrides.scope === 'instance') return [];
    const others = this.#leases
      .withId(id)
      .filter(({ record }) => isOverridable(record.status) && record.status !== status);
    for (const lease of others) this.#leases.put(withContent(lease, { status }));
    return others.map(({ record }) => record.app);
  }
}
