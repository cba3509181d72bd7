import { err, ok, type Result } from '../result.ts';

/** A network as first address and prefix length; IPv4 and IPv6 are kept apart. */
export interface Cidr {
  readonly text: string;
  readonly bits: 32 | 128;
  readonly network: bigint;
  readonly prefix: number;
}

/** `10.42.0.0/16`, `fd00::/8`; a bare address is a network of one. */
export function parseCidr(text: string): Result<Cidr, string> {
  const [address, length, rest] = text.split('/');
  const parsed = parseAddress(address ?? '');
  if (parsed === undefined || rest !== undefined)
    return err(`"${text}" is not a network like 10.42.0.0/16 or fd00::/8`);
  const prefix = length === undefined ? parsed.bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (prefix < 0 || prefix > parsed.bits) return err(`"${text}" has a prefix length outside 0 to ${parsed.bits}`);
  return ok({ text, bits: parsed.bits, prefix, network: parsed.value >> BigInt(parsed.bits - prefix) });
}

/** The first of the networks that holds the address; host names are in none. */
export function networkOf(address: string, networks: readonly Cidr[]): Cidr | undefined {
  if (networks.length === 0) return undefined;
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  return networks.find(
    (cidr) => cidr.bits === parsed.bits && parsed.value >> BigInt(cidr.bits - cidr.prefix) === cidr.network,
  );
}

/** `10.0.0.7` for `::ffff:10.0.0.7`: what a socket that takes both families calls the caller's IPv4 address. */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

function parseAddress(text: string): { readonly bits: 32 | 128; readonly value: bigint } | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): { readonly bits: 32; readonly value: bigint } | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || octets.some((octet) => !/^\d{1,3}$/.test(octet) || Number(octet) > 255)) return undefined;
  return { bits: 32, value: octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n) };
}

function parseV6(text: string): { readonly bits: 128; readonly value: bigint } | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return { bits: 128, value: all.reduce((value, group) => (value << 16n) | BigInt(group), 0n) };
}

function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const numbers: number[] = [];
  const parts = text.split(':');
  for (const [position, part] of parts.entries()) {
    if (part.includes('.') && position === parts.length - 1) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      numbers.push(Number(v4.value >> 16n), Number(v4.value & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) numbers.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return numbers;
}
