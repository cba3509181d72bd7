import {
  DEFAULT_LEASE,
  type DataCenterInfo,
  type InstanceRecord,
  type LeaseInfo,
  type Port,
} from '../model/instance.ts';
import { instanceId, type AppName, type InstanceId } from '../model/names.ts';
import { integerOf } from './scalars.ts';

/** A `dataCenterInfo` may lack its name. Stock servers refuse such a registration with a text of its own. */
export type DataCenterDraft = DataCenterInfo | { readonly name: undefined };

/**
 * What a body states about one instance, before checks and defaults. It is mutable, because decoders fill it field by
 * field, and it never leaves the codec.
 */
export type InstanceDraft = {
  -readonly [K in Exclude<keyof InstanceRecord, 'id' | 'app' | 'dataCenterInfo'>]?: Exclude<
    InstanceRecord[K],
    undefined
  >;
} & { app?: string; dataCenterInfo?: DataCenterDraft };

/** What the Java decoder assumes when a port is absent. */
export const DEFAULT_PORT: Port = { number: 7001, enabled: true };
export const DEFAULT_SECURE_PORT: Port = { number: 7002, enabled: false };
const NO_ENTRIES: ReadonlyMap<string, string> = new Map();

/** Fields that are plain text in both formats. */
const TEXT_FIELDS = [
  'instanceId',
  'hostName',
  'app',
  'ipAddr',
  'sid',
  'appGroupName',
  'homePageUrl',
  'statusPageUrl',
  'healthCheckUrl',
  'secureHealthCheckUrl',
  'vipAddress',
  'secureVipAddress',
  'asgName',
] as const;
type TextField = (typeof TEXT_FIELDS)[number];
const TEXT_FIELD_SET: ReadonlySet<string> = new Set(TEXT_FIELDS);

export function isTextField(key: string): key is TextField {
  return TEXT_FIELD_SET.has(key);
}

/** Durations that are not positive get the defaults of the Java client. */
export function leaseWithDefaults(lease: LeaseInfo): LeaseInfo {
  return {
    ...lease,
    renewalIntervalInSecs:
      integerOf(lease.renewalIntervalInSecs) > 0 ? lease.renewalIntervalInSecs : DEFAULT_LEASE.renewalIntervalInSecs,
    durationInSecs: integerOf(lease.durationInSecs) > 0 ? lease.durationInSecs : DEFAULT_LEASE.durationInSecs,
  };
}

/**
 * The key in the registry: the first of instance id, Amazon's `instance-id` and host name that is not absent or empty.
 */
export function idOf(draft: InstanceDraft): InstanceId | undefined {
  const info = draft.dataCenterInfo;
  const amazon = info?.name === 'Amazon' ? info.metadata.get('instance-id') : undefined;
  const id = draft.instanceId || amazon || draft.hostName;
  return id === undefined || id === '' ? undefined : instanceId(id);
}

/** The record of a draft. What is absent gets the default of the Java decoder, and time stamps get `now` (epoch ms). */
export function recordOf(draft: InstanceDraft, id: InstanceId, app: AppName, now: number): InstanceRecord {
  const sid = draft.sid;
  const info = draft.dataCenterInfo;
  return {
    id,
    instanceId: draft.instanceId,
    hostName: draft.hostName ?? '',
    app,
    ipAddr: draft.ipAddr ?? '',
    // Both values mean that there is none. Stock servers write neither.
    sid: sid === 'na' || sid === 'unknown' ? undefined : sid,
    status: draft.status ?? 'UP',
    overriddenStatus: draft.overriddenStatus ?? 'UNKNOWN',
    port: draft.port ?? DEFAULT_PORT,
    securePort: draft.securePort ?? DEFAULT_SECURE_PORT,
    countryId: draft.countryId ?? 1,
    dataCenterInfo: info === undefined || info.name === undefined ? { name: 'MyOwn' } : info,
    leaseInfo: draft.leaseInfo,
    metadata: draft.metadata ?? NO_ENTRIES,
    appGroupName: draft.appGroupName,
    homePageUrl: draft.homePageUrl,
    statusPageUrl: draft.statusPageUrl,
    healthCheckUrl: draft.healthCheckUrl,
    secureHealthCheckUrl: draft.secureHealthCheckUrl,
    vipAddress: draft.vipAddress,
    secureVipAddress: draft.secureVipAddress,
    isCoordinatingDiscoveryServer: draft.isCoordinatingDiscoveryServer ?? false,
    lastUpdatedTimestamp: draft.lastUpdatedTimestamp ?? now,
    lastDirtyTimestamp: draft.lastDirtyTimestamp ?? now,
    actionType: draft.actionType,
    asgName: draft.asgName,
  };
}
