import type { InstanceRecord, InstanceStatus, LeaseInfo } from '../../../shared/model/instance.ts';
import type { Write } from '../../ports/writes.ts';

/** However it came. */
type WithoutRaw<W> = W extends unknown ? Omit<W, 'raw'> : never;

/**
 * What an accepted write makes of an instance, for when the legacy could not be asked: the client's own data, or the
 * instance as last known, with the status a stock server's rules would give it and the time stamps of now (epoch
 * milliseconds). `undefined`: nothing to say.
 */
export function expectedRecord(
  write: WithoutRaw<Write>,
  known: InstanceRecord | undefined,
  now: number,
): InstanceRecord | undefined {
  const changed = (change: Partial<InstanceRecord>): InstanceRecord | undefined =>
    known && { ...known, ...change, lastUpdatedTimestamp: now };
  switch (write.kind) {
    case 'register':
      return registered(write.record, known, now);
    case 'set-status':
      // Nothing is recorded when it has that status already.
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

/** A status call that changes something takes the client's version of its data along when that is newer. */
function raised(known: InstanceRecord | undefined, lastDirtyTimestamp: number | undefined): Partial<InstanceRecord> {
  return { lastDirtyTimestamp: Math.max(known?.lastDirtyTimestamp ?? 0, lastDirtyTimestamp ?? 0) };
}

/** The rules in their order: DOWN and STARTING are believed, then an override counts, then the status the lease has. */
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

/** A lease begins anew with each registration; since when the instance is UP is kept. */
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
