import { addressGroups, isIpAddress, zoneIndexOf } from './ip-address.ts';

/**
 * Why no other machine can call an address: `a loopback address`; `undefined` when one can. An IPv4 address inside an
 * IPv6 address (`::ffff:127.0.0.1`) is that IPv4 address. Names that mean the machine itself everywhere (RFC 6761)
 * count too.
 */
export function whyNotRemote(addressOrName: string): string | undefined {
  if (!isIpAddress(addressOrName)) return isLoopbackName(addressOrName) ? 'a name for the machine itself' : undefined;
  if (zoneIndexOf(addressOrName) !== undefined) return 'an address of one link';
  const groups = addressGroups(addressOrName) ?? [];
  const [first = 0, second = 0] = groups;
  return groups.length === 2 ? whyNotRemote4(first, second) : whyNotRemote6(groups);
}

/** The two groups of 16 bits of an IPv4 address. */
function whyNotRemote4(first: number, second: number): string | undefined {
  const network = first >>> 8;
  if (network === 0) return first === 0 && second === 0 ? 'the unspecified address' : 'an address of "this network"';
  if (network === 127) return 'a loopback address';
  if (first === 0xa9fe) return 'a link-local address';
  if (network >= 224 && network < 240) return 'a multicast address';
  if (first === 0xffff && second === 0xffff) return 'the broadcast address';
  return network >= 240 ? 'a reserved address' : undefined;
}

function whyNotRemote6(groups: readonly number[]): string | undefined {
  const [first = 0] = groups;
  if (groups.slice(0, 6).every((group) => group === 0)) {
    const [high = 0, low = 0] = groups.slice(6);
    if (high === 0 && low === 0) return 'the unspecified address';
    if (high === 0 && low === 1) return 'a loopback address';
    return whyNotRemote4(high, low);
  }
  if ((first & 0xffc0) === 0xfe80) return 'a link-local address';
  return first >>> 8 === 0xff ? 'a multicast address' : undefined;
}

function isLoopbackName(name: string): boolean {
  return /(?:^|\.)(?:localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)\.?$/i.test(name);
}
