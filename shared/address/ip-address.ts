import { isIP } from 'node:net';

/** IPv4 or IPv6. A zone index (`fe80::1%eth0`) belongs to the grammar of addresses, brackets belong to that of URLs. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** The interface that an address is tied to, `eth0` of `fe80::1%eth0`: it means something on one machine only. */
export function zoneIndexOf(address: string): string | undefined {
  const percent = address.indexOf('%');
  return percent < 0 ? undefined : address.slice(percent + 1);
}

/** `[::1]`, as URLs and Host headers write it, → `::1`; other text stays. */
export function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

/** An address or a host name as it stands in a URL. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/**
 * The groups of 16 bits of an address, two of IPv4 and eight of IPv6; `undefined` for what is none. An IPv4-mapped address
 * (`::ffff:10.42.0.1`) is the IPv4 address: dual-stack sockets show callers that way. The zone index does not count.
 */
export function addressGroups(text: string): readonly number[] | undefined {
  switch (isIP(text)) {
    case 4:
      return ipv4Groups(text);
    case 6: {
      const percent = text.indexOf('%');
      const groups = ipv6Groups(percent < 0 ? text : text.slice(0, percent));
      return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0) ? groups.slice(6) : groups;
    }
    default:
      return undefined;
  }
}

/** Of text that is known to be an IPv4 address. By characters: one registration costs less than a split would. */
function ipv4Groups(text: string): readonly number[] {
  let value = 0;
  let octet = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      value = (value << 8) | octet;
      octet = 0;
    } else octet = octet * 10 + code - DIGIT_0;
  }
  value = (value << 8) | octet;
  return [value >>> 16, value & 0xffff];
}

const DOT = 0x2e;
const DIGIT_0 = 0x30;

/** Of text that is known to be an IPv6 address without zone index. */
function ipv6Groups(text: string): readonly number[] {
  const [head = '', tail = ''] = text.split('::');
  const before = groupList(head);
  const after = groupList(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function groupList(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => (part.includes('.') ? ipv4Groups(part) : Number.parseInt(part, 16)));
}
