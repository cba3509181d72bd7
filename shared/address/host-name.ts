import { err, ok, type Result } from '../result.ts';
import { isIpAddress } from './ip-address.ts';

/** Characters of a whole name, by RFC 1035. */
export const MAX_HOST_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;
/** The standard allows no underscores in host names, but DNS names with them exist. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;
/** A label that URL parsers read as a number: they read a name that ends in one as an IPv4 address, and fail. */
const NUMBER = /^(\d+|0x[0-9a-f]*)$/;

/**
 * The one spelling of a host name: lower case, international labels in punycode, without the final dot (Host headers
 * and certificates have none). An IP address is no host name, and neither is what looks like one: `10.0.0.256`,
 * `1.2.3`. The error is the reason alone: `it ends in a number, as only IP addresses do`.
 */
export function parseHostName(text: string): Result<string, string> {
  const name = asciiName(text)?.replace(/\.$/, '');
  if (name === undefined) return err('it has characters that no host name has');
  if (name === '') return err('it is empty');
  if (isIpAddress(name)) return err('it is an IP address');
  if (name.length > MAX_HOST_NAME_LENGTH) return err(`it is longer than ${MAX_HOST_NAME_LENGTH} characters`);
  const labels = name.split('.');
  for (const label of labels) {
    if (label === '') return err('it has an empty label');
    if (label.length > MAX_LABEL_LENGTH)
      return err(`the label "${label}" is longer than ${MAX_LABEL_LENGTH} characters`);
    if (!LABEL.test(label)) return err(`the label "${label}" has more than letters, digits and inner dashes`);
  }
  return NUMBER.test(labels.at(-1) ?? '') ? err('it ends in a number, as only IP addresses do') : ok(name);
}

/** The name in lower case, and in ASCII by the rules of URLs; `undefined` when these do not allow it. */
function asciiName(text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- all of ASCII, which needs no translation
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase();
  // With a delimiter of URLs in the text, only a part of it would be the host of the URL.
  return /[\s/?#@:\\[\]%]/.test(text) ? undefined : URL.parse(`http://${text}/`)?.hostname;
}
