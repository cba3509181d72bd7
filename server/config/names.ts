import { isIP } from 'node:net';
import { parseCidr } from '../../shared/address/network.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** A label as Kubernetes uses for namespaces: it becomes part of instance ids and of the marker metadata. */
export const DNS_LABEL_PATTERN = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
const DNS_LABEL = new RegExp(DNS_LABEL_PATTERN);
const HOST_LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

export function dnsLabel(text: string): Result<string, string> {
  return DNS_LABEL.test(text)
    ? ok(text)
    : err(`"${text}" is not a DNS label (lower-case letters, digits and dashes, at most 63)`);
}

/** Anything in one word. */
export function word(text: string): Result<string, string> {
  return /^\S+$/.test(text) ? ok(text) : err(`"${text}" contains blanks`);
}

/** An IP address or a host name. */
export function addressOrHost(text: string): Result<string, string> {
  if (isIP(text) !== 0) return ok(text);
  const labels = text.replace(/\.$/, '').split('.');
  // All digits would be a mistyped IPv4 address: no top-level domain looks like that.
  const isHost =
    text.length <= 253 && labels.every((label) => HOST_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isHost ? ok(text) : err(`"${text}" is neither an IP address nor a host name`);
}

export function cidr(text: string): Result<string, string> {
  const parsed = parseCidr(text);
  return parsed.ok ? ok(text) : parsed;
}
