import type { InstanceRecord } from '../model/instance.ts';
import { isHostSpecific } from './inherited-metadata.ts';

/** What a synthetic entry inherits from the live registrations of its application, its twins. */
export interface TwinTemplate {
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  /** The entries that are equal in all live twins, without those about a single host. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly homePagePath: string | undefined;
  readonly statusPagePath: string | undefined;
  readonly healthCheckPath: string | undefined;
  /** Pages of the twins on another port than the service, and so behind no Ingress. */
  readonly foreignPages: readonly Page[];
  /** Zone → number of twins that are UP, as of the last time when there were any. */
  readonly zones: ReadonlyMap<string, number>;
  /**
   * Zone → availability zone, when all twins have AmazonInfo. Netflix-native callers take the zone from there, and
   * Spring's zone in the metadata may have another name.
   */
  readonly amazonZones: ReadonlyMap<string, string> | undefined;
}

export type Page = 'home' | 'status' | 'health';

/** The zone of an instance as callers see it: Spring's metadata entry, else Amazon's availability zone. */
export function zoneOf(record: InstanceRecord): string | undefined {
  const zone = record.metadata.get('zone');
  if (zone !== undefined && zone !== '') return zone;
  return record.dataCenterInfo.name === 'Amazon' ? record.dataCenterInfo.metadata.get('availability-zone') : undefined;
}

/** The template of real instances sorted by id; `undefined` without any. Only those that are UP count, if any is. */
export function templateOf(twins: readonly InstanceRecord[]): TwinTemplate | undefined {
  const up = twins.filter((twin) => twin.status === 'UP');
  const models = up.length > 0 ? up : twins;
  const first = models[0];
  if (first === undefined) return undefined;
  const home = pageOf(first, first.homePageUrl);
  const status = pageOf(first, first.statusPageUrl);
  const health = pageOf(first, first.healthCheckUrl || first.secureHealthCheckUrl);
  const pages = { home, status, health };
  return {
    vipAddress: firstText(models, ({ vipAddress }) => vipAddress),
    secureVipAddress: firstText(models, ({ secureVipAddress }) => secureVipAddress),
    metadata: commonMetadata(models),
    homePagePath: home.path,
    statusPagePath: status.path,
    healthCheckPath: health.path,
    foreignPages: (['home', 'status', 'health'] as const).filter((page) => pages[page].foreign),
    zones: countZones(models),
    amazonZones: amazonZones(models),
  };
}

/** The number of instances by zone. Those without a zone count under the empty text. */
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

function commonMetadata(twins: readonly InstanceRecord[]): ReadonlyMap<string, string> {
  const [first] = twins;
  const common = new Map(first?.metadata);
  for (const twin of twins) for (const [key, value] of common) if (twin.metadata.get(key) !== value) common.delete(key);
  // Ribbon keeps one health record per host:port. With metadata.instanceId it would split them and multiply failures.
  common.delete('instanceId');
  common.delete('zone');
  // What is left is equal in all twins, so the host of one of them is enough to find entries about a single host.
  if (first !== undefined) for (const [key, value] of common) if (isHostSpecific(key, value, first)) common.delete(key);
  return common;
}

/** The first text that is not blank: some clients send empty fields, and callers find nothing by an empty vip. */
function firstText(
  twins: readonly InstanceRecord[],
  textOf: (record: InstanceRecord) => string | undefined,
): string | undefined {
  return twins.map(textOf).find((text) => text !== undefined && text.trim() !== '');
}

interface PageOfTwin {
  /** Path and query; `undefined` when there is no URL, or a foreign one. */
  readonly path: string | undefined;
  /** Whether the URL is on another port than the service, as that of an actuator may be. */
  readonly foreign: boolean;
}

/** Reads the URL as text: it may contain anything, and only its port, path and query are needed. */
function pageOf(twin: InstanceRecord, url: string | undefined): PageOfTwin {
  const match = url === undefined ? null : /^https?:\/\/([^/?#]*)(\/[^#]*)?/i.exec(url);
  if (match === null) return { path: undefined, foreign: false };
  const [, authority = '', path = '/'] = match;
  const port = /:([0-9]+)$/.exec(authority)?.[1];
  const foreign = port !== undefined && Number(port) !== twin.port.number && Number(port) !== twin.securePort.number;
  return { path: foreign ? undefined : path, foreign };
}
