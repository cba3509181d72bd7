import type { InstanceRecord } from '../model/instance.ts';
import { tellsPlace } from './inherited-metadata.ts';

/** What a synthetic entry takes over from the live registrations of its application (its twins). */
export interface TwinTemplate {
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  /** Entries on which all live twins agree, without those that speak of one instance: values of one are not the service's. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly homePagePath: string | undefined;
  readonly statusPagePath: string | undefined;
  readonly healthCheckPath: string | undefined;
  /** Pages of theirs that are on another port than the service, and so behind no Ingress. */
  readonly foreignPages: readonly Page[];
  /** Zone → number of twins that are UP, as of the last time there were any. */
  readonly zones: ReadonlyMap<string, number>;
  /**
   * Zone → availability zone, where all twins carry AmazonInfo: Netflix-native callers then take the zone from there, and
   * Spring's zone of the metadata may be called otherwise.
   */
  readonly amazonZones: ReadonlyMap<string, string> | undefined;
}

export type Page = 'home' | 'status' | 'health';

/** The zone callers place an instance in: Spring's metadata first, Amazon's availability zone after it. */
export function zoneOf(record: InstanceRecord): string | undefined {
  const zone = record.metadata.get('zone');
  if (zone !== undefined && zone !== '') return zone;
  return record.dataCenterInfo.name === 'Amazon' ? record.dataCenterInfo.metadata.get('availability-zone') : undefined;
}

/** Template of the given real instances, which are sorted by id; `undefined` without any. UP ones speak before others. */
export function templateOf(twins: readonly InstanceRecord[]): TwinTemplate | undefined {
  const up = twins.filter((twin) => twin.status === 'UP');
  const voices = up.length > 0 ? up : twins;
  const first = voices[0];
  if (first === undefined) return undefined;
  const home = pageOf(first, first.homePageUrl);
  const status = pageOf(first, first.statusPageUrl);
  const health = pageOf(first, first.healthCheckUrl || first.secureHealthCheckUrl);
  const pages = { home, status, health };
  return {
    vipAddress: firstSaid(voices, ({ vipAddress }) => vipAddress),
    secureVipAddress: firstSaid(voices, ({ secureVipAddress }) => secureVipAddress),
    metadata: agreedMetadata(voices),
    homePagePath: home.path,
    statusPagePath: status.path,
    healthCheckPath: health.path,
    foreignPages: (['home', 'status', 'health'] as const).filter((page) => pages[page].foreign),
    zones: countZones(voices),
    amazonZones: amazonZones(voices),
  };
}

/** Number of instances by zone; those without a zone count under `undefined`'s stand-in, the empty string. */
export function countZones(instances: readonly InstanceRecord[]): ReadonlyMap<string, number> {
  const zones = new Map<string, number>();
  for (const instance of instances) {
    const zone = zoneOf(instance) ?? '';
    zones.set(zone, (zones.get(zone) ?? 0) + 1);
  }
  return zones;
}

function amazonZones(twins: readonly InstanceRecord[]): ReadonlyMap<string, string> | undefined {
  const zones = new Map<string, string>();
  for (const twin of twins) {
    if (twin.dataCenterInfo.name !== 'Amazon') return undefined;
    const zone = zoneOf(twin);
    const availability = twin.dataCenterInfo.metadata.get('availability-zone');
    if (zone !== undefined && availability !== undefined && !zones.has(zone)) zones.set(zone, availability);
  }
  return zones;
}

function agreedMetadata(twins: readonly InstanceRecord[]): ReadonlyMap<string, string> {
  const [first] = twins;
  const agreed = new Map(first?.metadata);
  for (const twin of twins) for (const [key, value] of agreed) if (twin.metadata.get(key) !== value) agreed.delete(key);
  // One health record per host:port: a metadata.instanceId would split Ribbon's statistics and multiply its failures.
  agreed.delete('instanceId');
  agreed.delete('zone');
  // All agree on what is left, so that one of them can speak for its own place.
  if (first !== undefined) for (const [key, value] of agreed) if (tellsPlace(key, value, first)) agreed.delete(key);
  return agreed;
}

/** The first that says something: some clients send their fields empty, and callers find nothing by an empty vip. */
function firstSaid(
  voices: readonly InstanceRecord[],
  textOf: (record: InstanceRecord) => string | undefined,
): string | undefined {
  return voices.map(textOf).find((text) => text !== undefined && text.trim() !== '');
}

interface PageOfTwin {
  /** Path and query; `undefined` when there is no URL, or one that leads elsewhere. */
  readonly path: string | undefined;
  /** The URL is on a port that only the twin itself has, as that of an actuator may be. */
  readonly foreign: boolean;
}

/** By text: a twin's URL may hold anything, and only its port and its tail are wanted. */
function pageOf(twin: InstanceRecord, url: string | undefined): PageOfTwin {
  const match = url === undefined ? null : /^https?:\/\/([^/?#]*)(\/[^#]*)?/i.exec(url);
  if (match === null) return { path: undefined, foreign: false };
  const [, authority = '', path = '/'] = match;
  const port = /:([0-9]+)$/.exec(authority)?.[1];
  const foreign = port !== undefined && Number(port) !== twin.port.number && Number(port) !== twin.securePort.number;
  return { path: foreign ? undefined : path, foreign };
}
