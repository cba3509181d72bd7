import type { InstanceRecord, InstanceStatus, LeaseInfo } from '../../../../shared/model/instance.ts';
import type { Write } from '../../../ports/writes.ts';

type WithoutRaw<W> = W extends unknown ? Omit<W, 'raw'> : never;

/** A write that the legacy has applied, whether it came through us or from a peer. */
export type AppliedWrite = WithoutRaw<Write>;

/**
 * The record of an instance after an accepted write, for when the legacy could not be asked. It is the client's own
 * data, or the instance as last known. It has the status that a stock server's rules would give it, and time stamps of
 * `now` (epoch milliseconds). `undefined` when the write results in no record.
 */
export function expectedRecord(
  write: AppliedWrite,
  known: InstanceRecord | undefined,
  now: number,
): InstanceRecord | undefined {
  const changed = (change: Partial<InstanceRecord>): InstanceRecord | undefined =>
    known && { ...known, ...change, lastUpdatedTimestamp: now };
  switch (write.kind) {
    case 'register':
      return registered(write.record, known, now);
    case 'set-status':
      // A stock server records nothing when the instance has that status already.
      return known?.status === write.status
        ? known
        : changed({ status: write.status, overriddenStatus: write.status, ...raised(known, write.lastDirtyTimestamp) });
    case 'remove-status':
      if (known === undefined || known.overriddenStatus === 'UNKNOWN') return known;
      return changed({ status: write.status, overriddenStatus: 'UNKNOWN', ...raised(known, write.lastDirtyTimestamp) });
    case 'metadata':
      return changed({ metadata: new Map([...(known?.metadata ?? []), ...write.entries]) });
    case 'renew':
    case 'cancel':
      return known;
  }
}

/** A status write that changes something also takes the client's `lastDirtyTimestamp` when that is newer. */
function raised(known: InstanceRecord | undefined, lastDirtyTimestamp: number | undefined): Partial<InstanceRecord> {
  return { lastDirtyTimestamp: Math.max(known?.lastDirtyTimestamp ?? 0, lastDirtyTimestamp ?? 0) };
}

/**
 * Applies the rules of a stock server in their order: DOWN and STARTING are taken from the client, then an override
 * counts, then the status of the lease.
 */
function registered(record: InstanceRecord, known: InstanceRecord | undefined, now: number): InstanceRecord {
  const stamped = { ...record, lastUpdatedTimestamp: now, actionType: 'ADDED' } as const;
  if (known === undefined) return { ...stamped, leaseInfo: begun(record, 0, now) };
  const overriddenStatus = known.overriddenStatus === 'UNKNOWN' ? record.overriddenStatus : known.overriddenStatus;
  let status = record.status;
  if (inService(record.status)) {
    if (overriddenStatus !== 'UNKNOWN') status = overriddenStatus;
    else if (inService(known.status)) status = known.status;
  }
  const leaseInfo = begun({ ...record, status }, known.leaseInfo?.serviceUpTimestamp ?? 0, now);
  return { ...stamped, status, overriddenStatus, leaseInfo };
}

/** A lease begins anew with each registration. The time since when the instance is UP stays the same. */
function begun({ leaseInfo, status }: InstanceRecord, upSince: number, now: number): LeaseInfo {
  return {
    renewalIntervalInSecs: leaseInfo?.renewalIntervalInSecs ?? 30,
    durationInSecs: leaseInfo?.durationInSecs ?? 90,
    registrationTimestamp: now,
    lastRenewalTimestamp: now,
    evictionTimestamp: 0,
    serviceUpTimestamp: upSince === 0 && status === 'UP' ? now : upSince,
  };
}

function inService(status: InstanceStatus): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}
