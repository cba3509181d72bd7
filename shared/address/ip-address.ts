import { isIP } from 'node:net';

/** IPv4 or IPv6. A zone index (`fe80::1%eth0`) is part of an address; brackets are part of a URL. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** The zone index of an address: `eth0` of `fe80::1%eth0`. Such an address has a meaning on one machine only. */
export function zoneIndexOf(address: string): string | undefined {
  const percent = address.indexOf('%');
  return percent < 0 ? undefined : address.slice(percent + 1);
}

/** `[::1]`, as URLs and Host headers write it, → `::1`. Any other text stays. */
export function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}

/** An address or a host name as a URL writes it. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/**
 * The groups of 16 bits of an address: two of IPv4, eight of IPv6; `undefined` when the text is no address. An
 * IPv4-mapped address (`::ffff:10.42.0.1`) is the IPv4 address: dual-stack sockets show callers in that form. The zone
 * index does not count.
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

/** The text must be an IPv4 address. It is read by characters, because a split costs more with every registration. */
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

/** The text must be an IPv6 address without a zone index. */
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
