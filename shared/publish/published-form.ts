import { DEFAULT_LEASE, type InstanceRecord, type InstanceStatus } from '../model/instance.ts';
import { PUBLISHED_MARKER } from '../model/names.ts';
import { sameContent } from '../model/same-content.ts';

/**
 * The lease of every published entry, whatever lease the entry shows: what nobody renews is gone from a stock server
 * after one duration if it was never renewed, else after two.
 */
const LEASE = DEFAULT_LEASE;

/**
 * The `lastDirtyTimestamp` of everything that is published, in epoch milliseconds: of two registrations with equal time
 * stamps a stock server takes the later one, and of two others the one with the greater. So what is published later
 * replaces what was published before, and what a client registers itself under such an id is never written over.
 */
const PUBLISHED_DIRTY_AT = 1_000_000_000_000;

/**
 * A synthetic entry as it is registered in the legacy. Every replica makes the same of it, so replicas need no
 * coordination.
 */
export function publishedForm(record: InstanceRecord): InstanceRecord {
  return {
    ...record,
    overriddenStatus: 'UNKNOWN',
    leaseInfo: LEASE,
    metadata: new Map([...record.metadata, [PUBLISHED_MARKER, 'true']]),
    lastUpdatedTimestamp: PUBLISHED_DIRTY_AT,
    lastDirtyTimestamp: PUBLISHED_DIRTY_AT,
    actionType: undefined,
  };
}

/** What has to be done about a registration that the legacy shows: nothing, a registration over it, or a new one. */
export type Difference = 'none' | 'outdated' | 'locked';

/**
 * Compares what shall be registered with what the legacy shows. `locked`: a stock server would answer a registration
 * with 204 and keep the status or the content that it has, so the old registration has to be cancelled first. Whoever
 * set a status override at the legacy wanted it; a cancel would remove it, so the override stays.
 */
export function compareForms(wanted: InstanceRecord, shown: InstanceRecord): Difference {
  const overridden = shown.overriddenStatus !== 'UNKNOWN';
  const expected: InstanceRecord = {
    ...shown,
    status: overridden ? wanted.status : shown.status,
    overriddenStatus: wanted.overriddenStatus,
    leaseInfo: wanted.leaseInfo,
    lastUpdatedTimestamp: wanted.lastUpdatedTimestamp,
    lastDirtyTimestamp: wanted.lastDirtyTimestamp,
  };
  if (sameContent(wanted, expected)) return 'none';
  if (overridden) return 'outdated';
  const keepsStatus = shown.status !== wanted.status && isInService(shown.status) && isInService(wanted.status);
  return keepsStatus || shown.lastDirtyTimestamp > wanted.lastDirtyTimestamp ? 'locked' : 'outdated';
}

/** A stock server lets no registration move an instance between these two. */
function isInService(status: InstanceStatus): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}
