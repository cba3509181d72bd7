import { err, ok, type Result } from '../result.ts';
import { isIpAddress } from './ip-address.ts';

const MAX_NAME = 253;
const MAX_LABEL = 63;
/** Underscores are no part of host names by the book, but of DNS names that exist. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;
/** What URLs take for the beginning of a number: a name that ends in one is read as an IPv4 address, and fails. */
const NUMBER = /^(\d+|0x[0-9a-f]*)$/;

/**
 * The one spelling of a host name: lower case, international labels in punycode, without the final dot (Host headers and
 * certificates have none). An IP address is no host name, and neither is what looks like one: `10.0.0.256`, `1.2.3`.
 * The error is the reason alone: `it ends in a number, as only IP addresses do`.
 */
export function parseHostName(text: string): Result<string, string> {
  const name = asciiName(text)?.replace(/\.$/, '');
  if (name === undefined) return err('it has characters that no host name has');
  if (name === '') return err('it is empty');
  if (isIpAddress(name)) return err('it is an IP address');
  if (name.length > MAX_NAME) return err(`it is longer than ${MAX_NAME} characters`);
  const labels = name.split('.');
  for (const label of labels) {
    if (label === '') return err('it has an empty label');
    if (label.length > MAX_LABEL) return err(`the label "${label}" is longer than ${MAX_LABEL} characters`);
    if (!LABEL.test(label)) return err(`the label "${label}" has more than letters, digits and inner dashes`);
  }
  return NUMBER.test(labels.at(-1) ?? '') ? err('it ends in a number, as only IP addresses do') : ok(name);
}

/** Lower case, and ASCII by the rules that URLs have for names; `undefined` for what they do not allow. */
function asciiName(text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- all of ASCII, which needs no translation
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase();
  // With delimiters of URLs in it, the URL's host would be a part of the text only.
  return /[\s/?#@:\\[\]%]/.test(text) ? undefined : URL.parse(`http://${text}/`)?.hostname;
}
