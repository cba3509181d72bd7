import type { InstanceRecord } from './instance.ts';

/** How much of an instance an answer shows: all of it, or what `X-Eureka-Accept: compact` asks for. */
export type Detail = 'full' | 'compact';

type NamesOf<T> = {
  [K in keyof InstanceRecord]: InstanceRecord[K] extends T ? K : never;
}[keyof InstanceRecord];

/**
 * One field of an instance on the wire. `name` is its name in the record and in JSON. The form says how it is written:
 *
 * - `text`: string; left out when undefined
 * - `port`: JSON `{"$":1,"@enabled":"true"}`, XML text with an `enabled` attribute
 * - `integer`: JSON number
 * - `flag`: JSON string, `"true"` or `"false"`
 * - `millis`: JSON string of epoch milliseconds, in the compact form a number
 * - `dataCenter`, `lease`, `metadata`: objects, each with rules of its own
 */
export type Field = { readonly xmlName: string } & (
  | { readonly form: 'text'; readonly name: Exclude<NamesOf<string | undefined>, 'id'> }
  | { readonly form: 'port'; readonly name: 'port' | 'securePort' }
  | { readonly form: 'integer'; readonly name: 'countryId' }
  | { readonly form: 'flag'; readonly name: 'isCoordinatingDiscoveryServer' }
  | { readonly form: 'millis'; readonly name: 'lastUpdatedTimestamp' | 'lastDirtyTimestamp' }
  | { readonly form: 'dataCenter'; readonly name: 'dataCenterInfo' }
  | { readonly form: 'lease'; readonly name: 'leaseInfo' }
  | { readonly form: 'metadata'; readonly name: 'metadata' }
);

/**
 * Every field in the order in which stock servers write the full form. Decoders ignore the order; people and tests do
 * not.
 */
export const FIELDS: readonly Field[] = [
  { name: 'instanceId', xmlName: 'instanceId', form: 'text' },
  { name: 'hostName', xmlName: 'hostName', form: 'text' },
  { name: 'app', xmlName: 'app', form: 'text' },
  { name: 'ipAddr', xmlName: 'ipAddr', form: 'text' },
  { name: 'sid', xmlName: 'sid', form: 'text' },
  { name: 'status', xmlName: 'status', form: 'text' },
  // Lower case in the XML of every server version.
  { name: 'overriddenStatus', xmlName: 'overriddenstatus', form: 'text' },
  { name: 'port', xmlName: 'port', form: 'port' },
  { name: 'securePort', xmlName: 'securePort', form: 'port' },
  { name: 'countryId', xmlName: 'countryId', form: 'integer' },
  { name: 'dataCenterInfo', xmlName: 'dataCenterInfo', form: 'dataCenter' },
  { name: 'leaseInfo', xmlName: 'leaseInfo', form: 'lease' },
  { name: 'metadata', xmlName: 'metadata', form: 'metadata' },
  { name: 'appGroupName', xmlName: 'appGroupName', form: 'text' },
  { name: 'homePageUrl', xmlName: 'homePageUrl', form: 'text' },
  { name: 'statusPageUrl', xmlName: 'statusPageUrl', form: 'text' },
  { name: 'healthCheckUrl', xmlName: 'healthCheckUrl', form: 'text' },
  { name: 'secureHealthCheckUrl', xmlName: 'secureHealthCheckUrl', form: 'text' },
  { name: 'vipAddress', xmlName: 'vipAddress', form: 'text' },
  { name: 'secureVipAddress', xmlName: 'secureVipAddress', form: 'text' },
  { name: 'isCoordinatingDiscoveryServer', xmlName: 'isCoordinatingDiscoveryServer', form: 'flag' },
  { name: 'lastUpdatedTimestamp', xmlName: 'lastUpdatedTimestamp', form: 'millis' },
  { name: 'lastDirtyTimestamp', xmlName: 'lastDirtyTimestamp', form: 'millis' },
  { name: 'actionType', xmlName: 'actionType', form: 'text' },
  { name: 'asgName', xmlName: 'asgName', form: 'text' },
];

/** The fields of the compact form, in its own order. */
export const COMPACT_FIELDS: readonly Field[] = (
  [
    'instanceId',
    'app',
    'ipAddr',
    'vipAddress',
    'secureVipAddress',
    'dataCenterInfo',
    'hostName',
    'status',
    'lastUpdatedTimestamp',
    'actionType',
    'asgName',
    'port',
    'securePort',
  ] satisfies readonly Field['name'][]
).flatMap((name) => FIELDS.filter((field) => field.name === name));

export function fieldsOf(detail: Detail): readonly Field[] {
  return detail === 'full' ? FIELDS : COMPACT_FIELDS;
}

/** Amazon metadata that the compact form keeps. */
export const COMPACT_AMAZON_KEYS: ReadonlySet<string> = new Set([
  'instance-id',
  'public-ipv4',
  'public-hostname',
  'local-ipv4',
  'availability-zone',
]);

/**
 * The fields of `leaseInfo`, in order, all numbers. A `renewal` changes with every heartbeat and counts as no change. A
 * `stamp` says when a server did something: it is another one in each server, and in the same server after a restart.
 */
export const LEASE_FIELDS = [
  { name: 'renewalIntervalInSecs', kind: 'term' },
  { name: 'durationInSecs', kind: 'term' },
  { name: 'registrationTimestamp', kind: 'stamp' },
  { name: 'lastRenewalTimestamp', kind: 'renewal' },
  { name: 'evictionTimestamp', kind: 'term' },
  { name: 'serviceUpTimestamp', kind: 'stamp' },
] as const;

/** `@class` of `dataCenterInfo`. Java decoders choose the type by it and refuse any other. */
export const AMAZON_CLASS = 'com.netflix.appinfo.AmazonInfo';
export const DEFAULT_CLASS = 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo';
/** `@class` of metadata without entries, in place of entries. */
export const EMPTY_MAP_CLASS = 'java.util.Collections$EmptyMap';
