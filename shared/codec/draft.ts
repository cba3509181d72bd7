import type { DataCenterInfo, InstanceRecord, LeaseInfo, Port } from '../model/instance.ts';
import { instanceId, type AppName, type InstanceId } from '../model/names.ts';
import { integerOf } from './scalars.ts';

/** A `dataCenterInfo` may come without its name, which a registration is refused for with a text of its own. */
export type DataCenterDraft = DataCenterInfo | { readonly name: undefined };

/**
 * What a body says about one instance, before checks and defaults. Mutable, as decoders fill it field by field; it
 * never leaves the codec.
 */
export type InstanceDraft = {
  -readonly [K in Exclude<keyof InstanceRecord, 'id' | 'app' | 'dataCenterInfo'>]?: Exclude<
    InstanceRecord[K],
    undefined
  >;
} & { app?: string; dataCenterInfo?: DataCenterDraft };

export const DEFAULT_PORT: Port = { number: 7001, enabled: true };
export const DEFAULT_SECURE_PORT: Port = { number: 7002, enabled: false };
export const DEFAULT_LEASE: LeaseInfo = {
  renewalIntervalInSecs: 30,
  durationInSecs: 90,
  registrationTimestamp: 0,
  lastRenewalTimestamp: 0,
  evictionTimestamp: 0,
  serviceUpTimestamp: 0,
};
const NO_ENTRIES: ReadonlyMap<string, string> = new Map();

/** Fields that are text and nothing more, in either format. */
const TEXT_NAMES = [
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
type TextName = (typeof TEXT_NAMES)[number];
const TEXT_NAME: ReadonlySet<string> = new Set(TEXT_NAMES);

export function isTextName(key: string): key is TextName {
  return TEXT_NAME.has(key);
}

/** Durations that are not positive have the defaults of the Java client. */
export function leaseWithDefaults(lease: LeaseInfo): LeaseInfo {
  return {
    ...lease,
    renewalIntervalInSecs:
      integerOf(lease.renewalIntervalInSecs) > 0 ? lease.renewalIntervalInSecs : DEFAULT_LEASE.renewalIntervalInSecs,
    durationInSecs: integerOf(lease.durationInSecs) > 0 ? lease.durationInSecs : DEFAULT_LEASE.durationInSecs,
  };
}

/** What the registry is keyed by: the first of these that is neither absent nor empty. */
export function idOf(draft: InstanceDraft): InstanceId | undefined {
  const info = draft.dataCenterInfo;
  const amazon = info?.name === 'Amazon' ? info.metadata.get('instance-id') : undefined;
  const id = draft.instanceId || amazon || draft.hostName;
  return id === undefined || id === '' ? undefined : instanceId(id);
}

/** The record with the defaults of the Java decoder for what is absent. `now` in epoch milliseconds. */
export function recordOf(draft: InstanceDraft, id: InstanceId, app: AppName, now: number): InstanceRecord {
  const sid = draft.sid;
  const info = draft.dataCenterInfo;
  return {
    id,
    instanceId: draft.instanceId,
    hostName: draft.hostName ?? '',
    app,
    ipAddr: draft.ipAddr ?? '',
    // Both mean that there is none, and stock servers write neither.
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
