import { parseAddressOrHost } from '../../shared/address/address-or-host.ts';
import { isIpAddress, withoutBrackets } from '../../shared/address/ip-address.ts';
import { parseNetwork } from '../../shared/address/network.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** A label as Kubernetes uses for namespaces: it becomes part of instance ids and of the marker metadata. */
export const DNS_LABEL_PATTERN = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
const DNS_LABEL = new RegExp(DNS_LABEL_PATTERN);

export function dnsLabel(text: string): Result<string, string> {
  return DNS_LABEL.test(text)
    ? ok(text)
    : err(`"${text}" is not a DNS label (lower-case letters, digits and dashes, at most 63)`);
}

/** Any text without blanks. */
export function word(text: string): Result<string, string> {
  return /^\S+$/.test(text) ? ok(text) : err(`"${text}" contains blanks`);
}

/** An address of this machine: a zone index and brackets are allowed, as in `[fe80::1%eth0]`. */
export function listenHost(text: string): Result<string, string> {
  const bare = withoutBrackets(text);
  return isIpAddress(bare) ? ok(bare) : parseAddressOrHost(text);
}

/** As `filePathOrNone` judges. */
export const FILE_PATTERN = '^(.*[^/])?$';

/** The path of a file; empty: none. */
export function filePathOrNone(text: string): Result<string | undefined, string> {
  if (text.endsWith('/')) return err(`"${text}" names a directory: a file is needed`);
  return ok(text === '' ? undefined : text);
}

export function network(text: string): Result<string, string> {
  const parsed = parseNetwork(text);
  return parsed.ok ? ok(text) : parsed;
}
