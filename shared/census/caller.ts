import { networkOf, type Network } from '../address/network.ts';
import { vipName, type AppName } from '../model/names.ts';
import { servedApplication } from '../registry/lookup.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import type { Steps } from '../time-slice.ts';
import { isOwnCommand } from './own-agent.ts';

/** What a caller reads. `json`, `xml`, `compact` and `gzip` say in which form, of lists. */
export const READ_KINDS = [
  'full',
  'delta',
  'app',
  'vip',
  'svip',
  'instance',
  'json',
  'xml',
  'compact',
  'gzip',
] as const;
export type ReadCounts = Readonly<Record<(typeof READ_KINDS)[number], number>>;

/** What a caller writes for the instances of an application. */
export const REGISTER_KINDS = ['register', 'renew', 'cancel', 'other'] as const;
export type RegisterCounts = Readonly<Record<(typeof REGISTER_KINDS)[number], number>>;

export const LOOKUP_KINDS = ['app', 'vip', 'svip', 'instance'] as const;

/** One thing that a caller looks up by name. */
export interface Lookup {
  readonly kind: (typeof LOOKUP_KINDS)[number];
  readonly name: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly lastSeen: number;
}

/** What a Java client says about itself, in the headers `DiscoveryIdentity-*`. */
export interface Identity {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly id: string | undefined;
}

/** Milliseconds after which a caller that was not seen again no longer counts. */
export const CALLER_MS = 86_400_000;

/** One sender of requests, and what it has asked for. Times in epoch milliseconds. */
export interface Caller {
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly identity: Identity;
  /** Names of its credentials. */
  readonly credentials: readonly string[];
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly reads: ReadCounts;
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly registers: ReadonlyMap<AppName, RegisterCounts & { readonly lastSeen: number }>;
  /** Requests about names that are not among these, because there were too many. */
  readonly notKept: { readonly lookups: number; readonly registers: number };
}

/** Where a caller runs: where an instance is registered, beside the cluster, or in a Pod. */
export const PLACES = ['registered', 'pod'] as const;
export type Place = (typeof PLACES)[number];

/** Finds the application that sits at an address. */
export type ApplicationsAt = (address: string) => readonly AppName[];

/** By the registrations that are known, hidden ones included. */
export function* applicationsByAddress({
  applications,
}: Pick<RegistrySnapshot, 'applications'>): Steps<ApplicationsAt> {
  const found = new Map<string, Set<AppName>>();
  const add = (address: string, app: AppName): void => {
    const apps = found.get(address);
    if (apps === undefined) found.set(address, new Set([app]));
    else apps.add(app);
  };
  for (const { name, served, origins, hidden } of applications) {
    for (const { id, ipAddr } of served) if (origins.get(id)?.kind === 'registration') add(ipAddr, name);
    for (const { record, origin } of hidden) if (origin.kind === 'registration') add(record.ipAddr, name);
    yield;
  }
  const sorted = new Map<string, readonly AppName[]>();
  return (address) => {
    const known = sorted.get(address);
    if (known !== undefined) return known;
    const apps = [...(found.get(address) ?? [])].toSorted();
    sorted.set(address, apps);
    return apps;
  };
}

/**
 * The applications that a caller may be. What it registers itself decides, then its address, then the address that it
 * names as its own, as behind a balancer all have one address. A command of ours is none, wherever it runs.
 */
export function applicationsOf(
  { address, userAgent, identity, registers }: Caller,
  at: ApplicationsAt,
): readonly AppName[] {
  if (registers.size > 0) return [...registers.keys()].toSorted();
  if (isOwnCommand(userAgent)) return [];
  const byAddress = at(address);
  if (byAddress.length > 0) return byAddress;
  return identity.id === undefined ? [] : at(identity.id);
}

/** By its address, then by the one that it names as its own; `undefined`: nothing is known of either. `overlay`: the networks of Pods. */
export function placeOf(
  { address, identity }: Pick<Caller, 'address' | 'identity'>,
  at: ApplicationsAt,
  overlay: readonly Network[],
): Place | undefined {
  const own = identity.id ?? address;
  if ([address, own].some((each) => networkOf(each, overlay) !== undefined)) return 'pod';
  return [address, own].some((each) => at(each).length > 0) ? 'registered' : undefined;
}

/** The applications that a look-up is about. */
export function applicationsLookedUp(
  { kind, name }: Pick<Lookup, 'kind' | 'name'>,
  snapshot: Pick<RegistrySnapshot, 'ids' | 'vips' | 'secureVips'>,
): readonly AppName[] {
  switch (kind) {
    case 'app':
      return [vipName(name) as AppName];
    case 'vip':
      return snapshot.vips.get(name)?.names ?? [];
    case 'svip':
      return snapshot.secureVips.get(name)?.names ?? [];
    case 'instance':
      return snapshot.ids.get(name) ?? [];
  }
}

/** Those of them that an answer has: an application of which nothing is served is not found, as its name is free to choose. */
export function applicationsFound(
  lookup: Pick<Lookup, 'kind' | 'name'>,
  snapshot: RegistrySnapshot,
): readonly AppName[] {
  const about = applicationsLookedUp(lookup, snapshot);
  return lookup.kind === 'app' ? about.filter((name) => servedApplication(snapshot, name) !== undefined) : about;
}
