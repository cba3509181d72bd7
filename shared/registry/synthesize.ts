import {
  DEFAULT_LEASE_DURATION_SECS,
  DEFAULT_RENEWAL_INTERVAL_SECS,
  type DataCenterInfo,
  type InstanceRecord,
  type LeaseInfo,
} from '../model/instance.ts';
import { SOURCE_MARKER } from '../model/names.ts';
import { DEFAULT_HEALTH_PATH, publicationObject, type Publication } from '../contribution/publication.ts';
import { syntheticId } from './synthetic-id.ts';
import type { TwinTemplate } from './template.ts';

/** The zone when neither annotation nor twin names one: Eureka's own default. */
export const DEFAULT_ZONE = 'defaultZone';

/**
 * One synthetic entry. Its host name is the host of the Ingress, because that becomes the Host header of callers. The
 * vip addresses, metadata and page paths come from the annotations, else from the twins, else from defaults. `now`
 * (epoch milliseconds) is the time stamp of the content. The caller keeps an older record of equal content instead.
 */
export function synthesize(
  publication: Publication,
  template: TwinTemplate | undefined,
  zone: string,
  index: number,
  now: number,
): InstanceRecord {
  const { overrides } = publication;
  const id = syntheticId(publication, index);
  const vip = overrides.vipAddress ?? template?.vipAddress ?? publication.app.toLowerCase();
  const base = publication.scheme === 'https' ? secureBase(publication) : plainBase(publication);
  return {
    id,
    instanceId: id,
    hostName: publication.host,
    app: publication.app,
    ipAddr: publication.address,
    sid: undefined,
    status: publication.status,
    overriddenStatus: 'UNKNOWN',
    port: { number: publication.port, enabled: publication.scheme !== 'https' },
    securePort: { number: publication.securePort, enabled: publication.scheme !== 'http' },
    countryId: 1,
    dataCenterInfo: dataCenter(publication, template, zone, id),
    leaseInfo: lease(publication.createdAt),
    metadata: metadata(publication, template, zone),
    appGroupName: undefined,
    homePageUrl: base + (overrides.homePagePath ?? template?.homePagePath ?? '/'),
    statusPageUrl: base + (overrides.statusPagePath ?? template?.statusPagePath ?? '/actuator/info'),
    healthCheckUrl: base + (overrides.healthCheckPath ?? template?.healthCheckPath ?? DEFAULT_HEALTH_PATH),
    secureHealthCheckUrl: undefined,
    vipAddress: vip,
    secureVipAddress: overrides.secureVipAddress ?? template?.secureVipAddress ?? vip,
    isCoordinatingDiscoveryServer: false,
    lastUpdatedTimestamp: now,
    lastDirtyTimestamp: now,
    actionType: 'ADDED',
    asgName: undefined,
  };
}

/** Notices about pages that the entries do not inherit. */
export function pageNotices({ overrides }: Publication, template: TwinTemplate | undefined): readonly string[] {
  const given = { home: overrides.homePagePath, status: overrides.statusPagePath, health: overrides.healthCheckPath };
  return (template?.foreignPages ?? [])
    .filter((page) => given[page] === undefined)
    .map(
      (page) =>
        `the ${page} page of the registered instances is on another port than they serve: its path is not inherited (eurek8s.io/${page}-path sets one)`,
    );
}

function plainBase(publication: Publication): string {
  return `http://${publication.host}${publication.port === 80 ? '' : `:${publication.port}`}`;
}

function secureBase(publication: Publication): string {
  return `https://${publication.host}${publication.securePort === 443 ? '' : `:${publication.securePort}`}`;
}

/** Constant values: no client computes an expiry from them, but every decoder requires them. */
function lease(createdAt: number): LeaseInfo {
  return {
    renewalIntervalInSecs: DEFAULT_RENEWAL_INTERVAL_SECS,
    durationInSecs: DEFAULT_LEASE_DURATION_SECS,
    registrationTimestamp: createdAt,
    lastRenewalTimestamp: createdAt,
    evictionTimestamp: 0,
    serviceUpTimestamp: createdAt,
  };
}

/**
 * Inherited entries, then those of annotations (an empty one removes the entry), then ours: the marker against loops,
 * and the zone, without which zone filters would hide the entry.
 */
function metadata(
  publication: Publication,
  template: TwinTemplate | undefined,
  zone: string,
): ReadonlyMap<string, string> {
  const entries = new Map(template?.metadata);
  for (const [key, value] of publication.overrides.metadata)
    if (value === '') entries.delete(key);
    else entries.set(key, value);
  entries.delete('instanceId');
  entries.set('zone', zone);
  entries.set(SOURCE_MARKER, publicationObject(publication));
  return entries;
}

/**
 * AmazonInfo with the availability zone beside Amazon twins, as Netflix-native callers read only that zone; else MyOwn.
 */
function dataCenter(
  publication: Publication,
  template: TwinTemplate | undefined,
  zone: string,
  id: string,
): DataCenterInfo {
  if (template?.amazonZones === undefined) return { name: 'MyOwn' };
  return {
    name: 'Amazon',
    metadata: new Map([
      ['instance-id', id],
      ['availability-zone', template.amazonZones.get(zone) ?? zone],
      ['public-hostname', publication.host],
      ['local-hostname', publication.host],
      ['public-ipv4', publication.address],
      ['local-ipv4', publication.address],
    ]),
  };
}
