import { SocketAddress } from 'node:net';
import { err, ok, type Result } from '../result.ts';
import { addressGroups, withoutBrackets, zoneIndexOf } from './ip-address.ts';

/**
 * A network, as groups of 16 bits: two of IPv4, eight of IPv6. The families are kept apart, so `::/0` contains no IPv4
 * address. (`BlockList` of node:net does not keep them apart, and takes several times as long for one address.)
 */
export interface Network {
  /** As written. */
  readonly text: string;
  readonly first: readonly number[];
  readonly mask: readonly number[];
}

/**
 * `10.42.0.0/16`, `fd00::/8`. A bare address is a network of one address, and an IPv4-mapped network is the IPv4
 * network. Bits after the prefix are refused: `10.42.0.0/8` may mean `10.0.0.0/8` or `10.42.0.0/16`, and the wrong
 * guess hides a fleet.
 */
export function parseNetwork(text: string): Result<Network, string> {
  const network = networkAround(text);
  if (!network.ok) return network;
  const { first, mask } = network.value;
  const given = addressGroups(text.split('/', 1)[0] ?? '') ?? [];
  if (first.every((group, i) => group === given[i])) return network;
  const prefix = mask.reduce((sum, group) => sum + bitsOf(group), 0);
  return err(`"${text}" has bits set behind its prefix: ${writeAddress(first)}/${prefix} is the network`);
}

/** The network of an address with a prefix, whatever bits follow the prefix: `10.42.0.7/16` is in `10.42.0.0/16`. */
export function networkAround(text: string): Result<Network, string> {
  const [address = '', length, rest] = text.split('/');
  const groups = addressGroups(address);
  if (groups === undefined || rest !== undefined || zoneIndexOf(address) !== undefined)
    return err(`"${text}" is not a network like 10.42.0.0/16 or fd00::/8`);
  const longest = address.includes(':') ? 128 : 32;
  const prefix = length === undefined ? longest : /^(0|[1-9]\d{0,2})$/.test(length) ? Number(length) : -1;
  if (prefix < 0 || prefix > longest) return err(`"${text}" has a prefix length outside 0 to ${longest}`);
  const ownPrefix = prefix - (longest - groups.length * 16);
  if (ownPrefix < 0) return err(`"${text}" holds IPv4-mapped addresses and others: write it as two networks`);
  const mask = groups.map((_, i) => groupMask(ownPrefix - 16 * i));
  return ok({ text, first: masked(groups, mask), mask });
}

/** The first of the networks that contains the address. A host name is in none. */
export function networkOf(address: string, networks: readonly Network[]): Network | undefined {
  if (networks.length === 0) return undefined;
  const groups = addressGroups(withoutBrackets(address));
  return groups && networks.find((network) => contains(network, groups));
}

function contains({ first, mask }: Network, groups: readonly number[]): boolean {
  if (first.length !== groups.length) return false;
  for (let i = 0; i < groups.length; i++) if (((groups[i] ?? 0) & (mask[i] ?? 0)) !== first[i]) return false;
  return true;
}

/** `::ffff:10.0.0.7`, as a dual-stack socket shows an IPv4 caller, → `10.0.0.7`. */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** A mask over the first `bits` of the 16 bits of one group. */
function groupMask(bits: number): number {
  return bits <= 0 ? 0 : bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff;
}

/** How many bits of a mask's group are set. */
function bitsOf(group: number): number {
  return 16 - Math.log2(0x10000 - group);
}

function masked(groups: readonly number[], mask: readonly number[]): readonly number[] {
  return groups.map((group, i) => group & (mask[i] ?? 0));
}

function writeAddress(groups: readonly number[]): string {
  if (groups.length === 2) return groups.map((group) => `${group >> 8}.${group & 0xff}`).join('.');
  const address = groups.map((group) => group.toString(16)).join(':');
  return new SocketAddress({ address, family: 'ipv6' }).address;
}
