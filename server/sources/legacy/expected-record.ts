import type { InstanceRecord, InstanceStatus } from '../../../shared/model/instance.ts';
import type { Write } from '../../hub/writes.ts';

/**
 * What an accepted write makes of an instance, for when the legacy could not be asked: the client's own data, or the
 * instance as last known, with the status a stock server's rules would give it. `undefined`: nothing to say.
 */
export function expectedRecord(write: Write, known: InstanceRecord | undefined): InstanceRecord | undefined {
  switch (write.kind) {
    case 'register':
      return registered(write.record, known);
    case 'set-status':
      return known && { ...known, status: write.status, overriddenStatus: write.status };
    case 'remove-status':
      if (known === undefined || known.overriddenStatus === 'UNKNOWN') return known;
      return { ...known, status: write.status, overriddenStatus: 'UNKNOWN' };
    case 'metadata':
      return known && { ...known, metadata: new Map([...known.metadata, ...write.entries]) };
    case 'renew':
    case 'cancel':
      return known;
  }
}

/** The rules in their order: DOWN and STARTING are believed, then an override counts, then the status the lease has. */
function registered(record: InstanceRecord, known: InstanceRecord | undefined): InstanceRecord {
  if (known === undefined) return { ...record, actionType: 'ADDED' };
  const overriddenStatus = known.overriddenStatus === 'UNKNOWN' ? record.overriddenStatus : known.overriddenStatus;
  let status = record.status;
  if (inService(record.status)) {
    if (overriddenStatus !== 'UNKNOWN') status = overriddenStatus;
    else if (inService(known.status)) status = known.status;
  }
  return { ...record, status, overriddenStatus, actionType: 'ADDED' };
}

function inService(status: InstanceStatus): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}
