import type { DataCenterInfo, InstanceRecord, LeaseInfo, Port } from './instance.ts';
import { FIELDS, LEASE_FIELDS, type Field } from './fields.ts';

/** Whether time stamps that servers set are content, or differ without being a difference. */
type Stamps = 'counted' | 'ignored';

/**
 * Whether two records are equal in everything but the action type and the time of the last renewal. A heartbeat changes
 * no content, so it must bump no version, enter no delta and re-encode nothing.
 */
export function sameContent(a: InstanceRecord, b: InstanceRecord): boolean {
  return a === b || FIELDS.every((field) => sameField(field, a, b, 'counted'));
}

/**
 * Whether clients do the same with both: as `sameContent`, but for the time stamps that servers set and compare among
 * themselves. After a fail-over or a restart of the legacy every instance has new ones and nothing else is new.
 */
export function sameToClients(a: InstanceRecord, b: InstanceRecord): boolean {
  return a === b || FIELDS.every((field) => sameField(field, a, b, 'ignored'));
}

export function sameField(field: Field, a: InstanceRecord, b: InstanceRecord, stamps: Stamps = 'counted'): boolean {
  switch (field.form) {
    case 'text':
      return a[field.name] === b[field.name] || field.name === 'actionType';
    case 'millis':
      return a[field.name] === b[field.name] || stamps === 'ignored';
    case 'integer':
    case 'flag':
      return a[field.name] === b[field.name];
    case 'port':
      return samePort(a[field.name], b[field.name]);
    case 'dataCenter':
      return sameDataCenter(a.dataCenterInfo, b.dataCenterInfo);
    case 'lease':
      return sameLease(a.leaseInfo, b.leaseInfo, stamps);
    case 'metadata':
      return sameEntries(a.metadata, b.metadata);
  }
}

function samePort(a: Port, b: Port): boolean {
  return a === b || (a.number === b.number && a.enabled === b.enabled);
}

function sameDataCenter(a: DataCenterInfo, b: DataCenterInfo): boolean {
  if (a.name === 'Amazon' && b.name === 'Amazon') return sameEntries(a.metadata, b.metadata);
  return a.name === b.name;
}

function sameLease(a: LeaseInfo | undefined, b: LeaseInfo | undefined, stamps: Stamps): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  // Zero is no time: what has not happened yet. A poll may meet an instance before its server has noted that it is up.
  const bothHappened = (one: number, other: number): boolean => one !== 0 && other !== 0;
  return LEASE_FIELDS.every(
    ({ name, kind }) =>
      a[name] === b[name] ||
      kind === 'renewal' ||
      (kind === 'stamp' && stamps === 'ignored' && bothHappened(a[name], b[name])),
  );
}

/** The order of entries does not count: Java servers keep them in hash maps. */
function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}
