import { sameData } from '../data/same-data.ts';
import type { InstanceRecord } from '../model/instance.ts';
import { PUBLISHED_MARKER } from '../model/names.ts';
import { byText } from '../model/order.ts';
import { hostSpecificTo } from './inherited-metadata.ts';
import { readPageUrl } from './page-url.ts';

/** What a synthetic entry inherits from the live registrations of its application, its twins. */
export interface TwinTemplate {
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  /** The entries that are equal in all live twins, without those about a single host. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Keys of entries that the twins did not agree on when there were several; by text. */
  readonly disputed: readonly string[];
  readonly homePagePath: string | undefined;
  readonly statusPagePath: string | undefined;
  readonly healthCheckPath: string | undefined;
  /** Pages of the twins on another port than the service, and so behind no Ingress. */
  readonly foreignPages: readonly Page[];
  /** Zone → number of twins that are UP or STARTING; of others only while there are no such. */
  readonly zones: ReadonlyMap<string, number>;
  /**
   * Zone → availability zone, when all twins have AmazonInfo. Netflix-native callers take the zone from there, and
   * Spring's zone in the metadata may have another name.
   */
  readonly amazonZones: ReadonlyMap<string, string> | undefined;
  /** Epoch milliseconds since when there is no twin any more; `undefined` while there is one. */
  readonly goneSince: number | undefined;
}

export const PAGES = ['home', 'status', 'health'] as const;
export type Page = (typeof PAGES)[number];

/** The zone of an instance as callers see it: Spring's metadata entry, else Amazon's availability zone. */
export function zoneOf(record: InstanceRecord): string | undefined {
  const zone = record.metadata.get('zone');
  if (zone !== undefined && zone !== '') return zone;
  return record.dataCenterInfo.name === 'Amazon' ? record.dataCenterInfo.metadata.get('availability-zone') : undefined;
}

/**
 * What entries inherit now. While there are twins (`twins`, sorted by id) they decide, and after the last of them is gone
 * it is what they left. `undefined`: no twin was ever seen. `now` in epoch milliseconds.
 */
export function inherit(
  twins: readonly InstanceRecord[],
  before: TwinTemplate | undefined,
  now: number,
): TwinTemplate | undefined {
  // Only those that are UP count, if any is.
  const up = twins.filter((twin) => twin.status === 'UP');
  const models = up.length > 0 ? up : twins;
  if (models.length === 0) return before && (before.goneSince === undefined ? { ...before, goneSince: now } : before);
  const real = twins.filter(isReal);
  const home = prevailingPage(models, ({ homePageUrl }) => homePageUrl);
  const status = prevailingPage(models, ({ statusPageUrl }) => statusPageUrl);
  const health = prevailingPage(models, (twin) => twin.healthCheckUrl || twin.secureHealthCheckUrl);
  const pages = { home, status, health };
  const { metadata, disputed } = inheritedMetadata(models, before?.disputed ?? []);
  return {
    vipAddress: prevailing(models, ({ vipAddress }) => notBlank(vipAddress)),
    secureVipAddress: prevailing(models, ({ secureVipAddress }) => notBlank(secureVipAddress)),
    metadata: kept(before?.metadata, metadata),
    disputed: kept(before?.disputed, disputed),
    homePagePath: home?.path,
    statusPagePath: status?.path,
    healthCheckPath: health?.path,
    foreignPages: kept(
      before?.foreignPages,
      PAGES.filter((page) => pages[page]?.foreign === true),
    ),
    zones: kept(before?.zones, countZones(real.length > 0 ? real : models)),
    amazonZones: kept(before?.amazonZones, amazonZones(models)),
    goneSince: undefined,
  };
}

/** What is equal stays the same object: the states of an hour share it. The order counts, as it is seen. */
function kept<T>(before: T | undefined, now: T): T {
  return before !== undefined && sameData(before, now) && sameOrder(before, now) ? before : now;
}

function sameOrder(a: unknown, b: unknown): boolean {
  if (!(a instanceof Map) || !(b instanceof Map)) return true;
  const others = b.keys();
  for (const key of a.keys()) if (others.next().value !== key) return false;
  return true;
}

/**
 * The value that most twins have; of several such values the one with the newest data, and then the first by id. Those
 * without a value have no say. So one instance that was set up otherwise does not speak for all, and all replicas agree.
 */
function prevailing<T extends string>(
  twins: readonly InstanceRecord[],
  valueOf: (twin: InstanceRecord) => T | undefined,
): T | undefined {
  const values = twins.map(valueOf);
  const some = values.find((value) => value !== undefined);
  // Nearly always.
  if (values.every((value) => value === some || value === undefined)) return some;
  const votes = new Map<T, { count: number; newest: number }>();
  for (const [i, twin] of twins.entries()) {
    const value = values[i];
    if (value === undefined) continue;
    const { count, newest } = votes.get(value) ?? { count: 0, newest: Number.NEGATIVE_INFINITY };
    votes.set(value, { count: count + 1, newest: Math.max(newest, twin.lastDirtyTimestamp) });
  }
  // The sort is stable, and the votes are in the order of the ids.
  return [...votes].toSorted(([, a], [, b]) => b.count - a.count || b.newest - a.newest)[0]?.[0];
}

/** Some clients send empty fields, and callers find nothing by an empty vip. */
function notBlank(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** Whether a share counts the instance: callers call it, or will in a moment. */
export function isReal({ status }: InstanceRecord): boolean {
  return status === 'UP' || status === 'STARTING';
}

/** The number of instances by zone. Those without a zone count under the empty text. */
function countZones(instances: readonly InstanceRecord[]): ReadonlyMap<string, number> {
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

/**
 * What all twins agree on. A key that they did not agree on belongs to the single instance: when one of them is left, it
 * agrees with itself in everything, and that proves nothing.
 */
function inheritedMetadata(
  twins: readonly InstanceRecord[],
  disputedBefore: readonly string[],
): Pick<TwinTemplate, 'metadata' | 'disputed'> {
  const [first] = twins;
  const metadata = new Map(first?.metadata);
  const disputed = new Set(twins.length === 1 ? disputedBefore : []);
  for (const twin of twins) {
    for (const [key, value] of metadata) if (twin.metadata.get(key) !== value) disputed.add(key);
    for (const key of twin.metadata.keys()) if (!metadata.has(key)) disputed.add(key);
  }
  // Ribbon keeps one health record per host:port. With metadata.instanceId it would split them and multiply failures.
  // Zones are inherited in their own way.
  for (const key of ['instanceId', 'zone']) {
    metadata.delete(key);
    disputed.delete(key);
  }
  for (const key of disputed) metadata.delete(key);
  metadata.delete(PUBLISHED_MARKER);
  // What is left is equal in all twins, so the host of one of them is enough to find entries about a single host.
  if (first !== undefined) {
    const isHostSpecific = hostSpecificTo(first);
    for (const [key, value] of metadata) if (isHostSpecific(key, value)) metadata.delete(key);
  }
  return { metadata, disputed: [...disputed].toSorted(byText) };
}

interface PageOfTwin {
  /** Path and query; `undefined` when it is on another port than the service, as that of an actuator may be. */
  readonly path: string | undefined;
  readonly foreign: boolean;
}

const FOREIGN = 'foreign';

/** The page that most twins have; `undefined`: none has one. */
function prevailingPage(
  twins: readonly InstanceRecord[],
  urlOf: (twin: InstanceRecord) => string | undefined,
): PageOfTwin | undefined {
  const page = prevailing(twins, (twin) => pageOf(twin, urlOf(twin)));
  if (page === undefined) return undefined;
  return page === FOREIGN ? { path: undefined, foreign: true } : { path: page, foreign: false };
}

/** `undefined`: there is no URL. */
function pageOf(twin: InstanceRecord, url: string | undefined): string | undefined {
  const page = url === undefined ? undefined : readPageUrl(url);
  if (page === undefined) return undefined;
  const { port, path } = page;
  const foreign = port !== undefined && port !== twin.port.number && port !== twin.securePort.number;
  return foreign ? FOREIGN : path;
}
