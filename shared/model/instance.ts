import type { AppName, InstanceId } from './names.ts';

/** In alphabetical order, which is the order of the apps hash code. */
export const INSTANCE_STATUSES = ['DOWN', 'OUT_OF_SERVICE', 'STARTING', 'UNKNOWN', 'UP'] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

export const ACTION_TYPES = ['ADDED', 'MODIFIED', 'DELETED'] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

export interface Port {
  readonly number: number;
  readonly enabled: boolean;
}

/** `Netflix` is a legal name and has no content. Java decoders refuse any fourth name. */
export type DataCenterInfo =
  { readonly name: 'MyOwn' | 'Netflix' } | { readonly name: 'Amazon'; readonly metadata: ReadonlyMap<string, string> };

/** The values of Eureka clients that name no others, in seconds. */
export const DEFAULT_RENEWAL_INTERVAL_SECS = 30;
export const DEFAULT_LEASE_DURATION_SECS = 90;

/** Durations in seconds, time stamps in epoch milliseconds (0: never). */
export interface LeaseInfo {
  readonly renewalIntervalInSecs: number;
  readonly durationInSecs: number;
  readonly registrationTimestamp: number;
  readonly lastRenewalTimestamp: number;
  readonly evictionTimestamp: number;
  readonly serviceUpTimestamp: number;
}

/** What a Java client assumes for the fields that a lease lacks. */
export const DEFAULT_LEASE: LeaseInfo = {
  renewalIntervalInSecs: DEFAULT_RENEWAL_INTERVAL_SECS,
  durationInSecs: DEFAULT_LEASE_DURATION_SECS,
  registrationTimestamp: 0,
  lastRenewalTimestamp: 0,
  evictionTimestamp: 0,
  serviceUpTimestamp: 0,
};

/**
 * One instance of Eureka, in the decoded form that all formats share. `id` is its key in the registry: `instanceId`
 * when the client sent one, else what a Java server falls back to (Amazon instance-id, then host name). Clients may
 * leave `instanceId` out, and servers then leave it out of their answers too, so both are kept. An absent text is
 * `undefined`, never empty: the empty text is a value of its own.
 */
export interface InstanceRecord {
  readonly id: InstanceId;
  readonly instanceId: string | undefined;
  readonly hostName: string;
  readonly app: AppName;
  readonly ipAddr: string;
  /** `undefined` for the obsolete default `na`. */
  readonly sid: string | undefined;
  /** Effective status: overrides are already applied. */
  readonly status: InstanceStatus;
  readonly overriddenStatus: InstanceStatus;
  readonly port: Port;
  readonly securePort: Port;
  readonly countryId: number;
  readonly dataCenterInfo: DataCenterInfo;
  readonly leaseInfo: LeaseInfo | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly appGroupName: string | undefined;
  readonly homePageUrl: string | undefined;
  readonly statusPageUrl: string | undefined;
  readonly healthCheckUrl: string | undefined;
  readonly secureHealthCheckUrl: string | undefined;
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  readonly isCoordinatingDiscoveryServer: boolean;
  /** Epoch milliseconds. */
  readonly lastUpdatedTimestamp: number;
  /** Epoch milliseconds. The client's own version of its data, stored and served unchanged. */
  readonly lastDirtyTimestamp: number;
  readonly actionType: ActionType | undefined;
  readonly asgName: string | undefined;
}

/** The comma-separated elements of a vip address, untrimmed: stock servers match ` b` of `a, b` only with its blank. */
export function vipElements(vip: string | undefined): readonly string[] {
  return vip === undefined ? [] : vip.split(',');
}

/**
 * Elements of one vip address by which an instance is found. Few have more than two. An entry of the index for each of
 * those that fit in a registration, 80,000, stalled everyone for seconds with every change of the application.
 */
export const MAX_VIP_ELEMENTS = 1000;

/** The elements by which an instance is found: all, unless they are absurdly many. Rights are judged by all of them. */
export function foundByVips(vip: string | undefined): readonly string[] {
  return vip === undefined ? [] : vip.split(',', MAX_VIP_ELEMENTS);
}

export function hasTooManyVips(vip: string | undefined): boolean {
  return (
    vip !== undefined &&
    vip.length > MAX_VIP_ELEMENTS - 1 &&
    vip.split(',', MAX_VIP_ELEMENTS + 1).length > MAX_VIP_ELEMENTS
  );
}
