import type { InstanceRecord, InstanceStatus, LeaseInfo } from '../model/instance.ts';

/** What stock takes when a client names no duration or none above zero, seconds. */
export const DEFAULT_DURATION_SECS = 90;
const DEFAULT_RENEWAL_INTERVAL_SECS = 30;

/** Whether the heartbeats of a lease count in what self-preservation expects; `no` after it was silent for too long. */
export type Expectation = 'yes' | 'no';

/**
 * The promise to keep an instance registered until its heartbeats stop. Never mutated. Times in epoch milliseconds.
 * `record` is what is served: its own lease info is that of the last change of content, as heartbeats change nothing
 * that is served.
 */
export interface Lease {
  readonly record: InstanceRecord;
  /** From the last registration, even where its content lost to what was registered before. */
  readonly durationMs: number;
  readonly registrationTimestamp: number;
  /** Shifted one duration into the future by each renewal (see `renewed`); stock calls it lastUpdateTimestamp. */
  readonly lastRenewalTimestamp: number;
  /** 0 while the instance never was UP. Outlives re-registration. */
  readonly serviceUpTimestamp: number;
  readonly expectation: Expectation;
}

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

/** Milliseconds a registration asks for. */
export function leaseDurationMs(record: InstanceRecord): number {
  return positiveOr(record.leaseInfo?.durationInSecs, DEFAULT_DURATION_SECS) * 1000;
}

/**
 * A heartbeat arrived. Stock adds the duration here and once more when it tests for expiry, so a lease that was ever
 * renewed lives for two durations after its last heartbeat. It knows and keeps the fault, and so do we: operators have
 * tuned their durations to it.
 */
export function renewed(lease: Lease, now: number): Lease {
  return { ...lease, lastRenewalTimestamp: now + lease.durationMs, expectation: 'yes' };
}

/** `extraMs` makes up for an eviction run that came late, when heartbeats may have been kept from us as well. */
export function isExpired(lease: Lease, now: number, extraMs = 0): boolean {
  return now > lease.lastRenewalTimestamp + lease.durationMs + extraMs;
}

/** The lease with other content, told with the lease times of this moment. */
export function withContent(lease: Lease, content: Partial<InstanceRecord>): Lease {
  const record = { ...lease.record, ...content };
  return { ...lease, record: { ...record, leaseInfo: leaseInfoOf(lease, record.leaseInfo) } };
}

/** The lease of an instance that becomes UP by registering or by a status call; only the first time is kept. */
export function datedUp(lease: Lease, status: InstanceStatus, now: number): Lease {
  return status === 'UP' && lease.serviceUpTimestamp === 0 ? { ...lease, serviceUpTimestamp: now } : lease;
}

/** As it goes over the wire, the shifted renewal time included. */
function leaseInfoOf(lease: Lease, asked: LeaseInfo | undefined): LeaseInfo {
  return {
    renewalIntervalInSecs: positiveOr(asked?.renewalIntervalInSecs, DEFAULT_RENEWAL_INTERVAL_SECS),
    durationInSecs: positiveOr(asked?.durationInSecs, DEFAULT_DURATION_SECS),
    registrationTimestamp: lease.registrationTimestamp,
    lastRenewalTimestamp: lease.lastRenewalTimestamp,
    evictionTimestamp: 0,
    serviceUpTimestamp: lease.serviceUpTimestamp,
  };
}

function positiveOr(value: number | undefined, fallback: number): number {
  return value !== undefined && value > 0 ? value : fallback;
}
