import {
  DEFAULT_LEASE_DURATION_SECS,
  DEFAULT_RENEWAL_INTERVAL_SECS,
  type InstanceRecord,
  type InstanceStatus,
  type LeaseInfo,
} from '../model/instance.ts';

/** Whether self-preservation expects the heartbeats of a lease; `no` after it was silent for too long. */
export type Expectation = 'yes' | 'no';

/** The lease of one instance. Never mutated. Times in epoch milliseconds. */
export interface Lease {
  /** What is served. Its lease info is that of the last change of content: heartbeats change nothing that is served. */
  readonly record: InstanceRecord;
  /** From the last registration, even when that had older content than the one before. */
  readonly durationMs: number;
  readonly registrationTimestamp: number;
  /** Shifted one duration into the future by each renewal (see `renewed`); stock calls it lastUpdateTimestamp. */
  readonly lastRenewalTimestamp: number;
  /** 0 until the instance is UP for the first time. Stays after a new registration. */
  readonly serviceUpTimestamp: number;
  readonly expectation: Expectation;
}

/** The lease that a registration starts. `previous`: the lease of the same instance until then. */
export function newLease(record: InstanceRecord, durationMs: number, previous: Lease | undefined, now: number): Lease {
  return {
    record,
    durationMs,
    registrationTimestamp: now,
    lastRenewalTimestamp: now,
    serviceUpTimestamp: previous?.serviceUpTimestamp ?? 0,
    expectation: 'yes',
  };
}

/**
 * The lease of an instance that was registered at a process before this one. Its heartbeats may have been lost in between,
 * so it begins anew: nobody is evicted before a whole duration has passed.
 */
export function restoredLease(record: InstanceRecord, durationMs: number, now: number): Lease {
  return {
    record,
    durationMs,
    registrationTimestamp: record.leaseInfo?.registrationTimestamp ?? now,
    lastRenewalTimestamp: now,
    serviceUpTimestamp: record.leaseInfo?.serviceUpTimestamp ?? 0,
    expectation: 'yes',
  };
}

/** The duration that a registration asks for, with stock's default when it names none above zero. */
export function leaseDurationMs(record: InstanceRecord): number {
  return positiveOr(record.leaseInfo?.durationInSecs, DEFAULT_LEASE_DURATION_SECS) * 1000;
}

/**
 * The lease after a heartbeat. Stock adds the duration here and again when it checks for expiry, so a lease that was
 * ever renewed lives for two durations after its last heartbeat. Stock documents the fault and keeps it, and so do we:
 * operators have tuned their durations to it.
 */
export function renewed(lease: Lease, now: number): Lease {
  return { ...lease, lastRenewalTimestamp: now + lease.durationMs, expectation: 'yes' };
}

/** `extraMs`: how late the eviction run is. Heartbeats may have been late as well. */
export function isExpired(lease: Lease, now: number, extraMs = 0): boolean {
  return now > lease.lastRenewalTimestamp + lease.durationMs + extraMs;
}

/** The lease with other content. The lease info of its record gets the current times of the lease. */
export function withContent(lease: Lease, content: Partial<InstanceRecord>): Lease {
  const record = { ...lease.record, ...content };
  return { ...lease, record: { ...record, leaseInfo: leaseInfoOf(lease, record.leaseInfo) } };
}

/** The lease of an instance whose status becomes `status` by a registration or a status call. Its first UP is dated. */
export function datedUp(lease: Lease, status: InstanceStatus, now: number): Lease {
  return status === 'UP' && lease.serviceUpTimestamp === 0 ? { ...lease, serviceUpTimestamp: now } : lease;
}

/** The lease info on the wire, with the shifted renewal time, as in stock. */
function leaseInfoOf(lease: Lease, asked: LeaseInfo | undefined): LeaseInfo {
  return {
    renewalIntervalInSecs: positiveOr(asked?.renewalIntervalInSecs, DEFAULT_RENEWAL_INTERVAL_SECS),
    durationInSecs: positiveOr(asked?.durationInSecs, DEFAULT_LEASE_DURATION_SECS),
    registrationTimestamp: lease.registrationTimestamp,
    lastRenewalTimestamp: lease.lastRenewalTimestamp,
    evictionTimestamp: 0,
    serviceUpTimestamp: lease.serviceUpTimestamp,
  };
}

function positiveOr(value: number | undefined, fallback: number): number {
  return value !== undefined && value > 0 ? value : fallback;
}
