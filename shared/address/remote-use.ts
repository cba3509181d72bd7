import { addressGroups, isIpAddress, zoneIndexOf } from './ip-address.ts';

/**
 * Why no other machine can call an address: `a loopback address`; `undefined` when one can. An IPv4 address inside an
 * IPv6 address (`::ffff:127.0.0.1`, `64:ff9b::7f00:1`) is that IPv4 address. Names that mean the machine itself
 * everywhere (RFC 6761) count too, and those of Services, which only the DNS of their cluster knows.
 */
export function whyNotRemote(addressOrName: string): string | undefined {
  if (!isIpAddress(addressOrName)) return whyNotRemoteName(addressOrName);
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
  const [first = 0, second = 0, third = 0] = groups;
  const [high = 0, low = 0] = groups.slice(6);
  const before = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (before === ZEROS && high === 0 && low === 0) return 'the unspecified address';
  if (before === ZEROS && high === 0 && low === 1) return 'a loopback address';
  if (EMBEDDING.has(before)) return whyNotRemote4(high, low);
  if (first === 0x2002) return whyNotRemote4(second, third);
  if (first === 0x100 && groups.slice(1, 4).every((group) => group === 0)) return 'an address that discards';
  if ((first & 0xffc0) === 0xfe80) return 'a link-local address';
  return first >>> 8 === 0xff ? 'a multicast address' : undefined;
}

const ZEROS = '0:0:0:0:0:0';
/** What stands before an IPv4 address: nothing (RFC 4291), the marks of translators (RFC 2765 and RFC 6052). 6to4 apart. */
const EMBEDDING: ReadonlySet<string> = new Set([ZEROS, '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0']);

/** Names of the hosts files of common systems among them. */
const LOOPBACK_NAME =
  /(?:^|\.)(?:localhost[46]?|localhost[46]?\.localdomain[46]?|ip6-(?:localhost|loopback|localnet|mcastprefix|all\w+))$/;
/** `NAME.NAMESPACE.svc`, alone or with the domain that clusters have by default. */
const SERVICE_NAME = /\.svc$|\.cluster\.local$/;

function whyNotRemoteName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (LOOPBACK_NAME.test(name)) return 'a name for the machine itself';
  return SERVICE_NAME.test(name) ? 'a name that only the DNS of a cluster knows' : undefined;
}
