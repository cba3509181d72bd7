import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { sameContent } from '../../../../shared/model/same-content.ts';

interface Written {
  readonly record: InstanceRecord | undefined;
  readonly version: number | undefined;
  readonly confirmedAt: number;
}

export function agrees(entry: Written, seen: InstanceRecord | undefined): boolean {
  if (entry.record === undefined || seen === undefined) return entry.record === seen;
  // A record that we computed ourselves cannot have the server's time stamps.
  const { lastUpdatedTimestamp, leaseInfo } = seen;
  const expected = entry.version === undefined ? { ...entry.record, lastUpdatedTimestamp, leaseInfo } : entry.record;
  return sameContent(expected, seen) || newer(entry, seen);
}

export function isSameWrite(a: InstanceRecord, b: InstanceRecord): boolean {
  return a.lastDirtyTimestamp === b.lastDirtyTimestamp && a.status === b.status;
}

/** Whether a server that answers with this has the write, or a newer one. */
export function shows(written: InstanceRecord, answer: InstanceRecord): boolean {
  return answer.lastDirtyTimestamp > written.lastDirtyTimestamp || isSameWrite(written, answer);
}

/** Each server has a `lastUpdatedTimestamp` of its own; what it registered before the cancel is no new registration. */
export function isAnew(entry: Written, seen: InstanceRecord): boolean {
  return newer(entry, seen) && (seen.leaseInfo?.registrationTimestamp ?? Infinity) >= entry.confirmedAt;
}

export function newer(entry: Written, seen: InstanceRecord): boolean {
  return entry.version !== undefined && seen.lastUpdatedTimestamp > entry.version;
}
