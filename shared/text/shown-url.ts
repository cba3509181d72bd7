import { printable } from './printable.ts';

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** A host or an IPv6 address, and a port. */
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;

/**
 * A URL without its secrets: scheme, host and path. User-info ends at the last `@`, whatever it contains, because
 * people do not always escape it. Text in the place of a port may be the beginning of a password that was cut off. The
 * query, the fragment and parameters of the path may carry tokens.
 */
export function shownUrl(text: string): string {
  const written = text.trim();
  const scheme = SCHEME.exec(written)?.[0] ?? '';
  const userInfoEnd = written.lastIndexOf('@') + 1;
  if (beginsToken(written.slice(scheme.length, userInfoEnd))) return `${scheme}***`;
  const open = written.slice(Math.max(userInfoEnd, scheme.length));
  const base = /^[^;?#]*/.exec(open)?.[0] ?? '';
  if (userInfoEnd === 0 && !HOST_AND_PORT.test(/^[^/\\]*/.exec(base)?.[0] ?? '')) return `${scheme}***`;
  const tail = base === open ? '' : `${open.charAt(base.length)}***`;
  return `${scheme}${userInfoEnd === 0 ? '' : '***@'}${base}${tail}`;
}

/** Characters; no path that means something is longer. */
const MAX_PATH_LENGTH = 200;

/** The path of a request for the log: without its query, which may carry what a client keeps to itself. */
export function shownPath(url: string): string {
  return printable(/^[^?#]*/.exec(url)?.[0] ?? '', MAX_PATH_LENGTH);
}

/** What begins a token before an `@`: the `@` may be part of it, and then its end follows, not a host. */
function beginsToken(text: string): boolean {
  if (/[?#]/.test(text)) return true;
  const slash = text.indexOf('/');
  return slash >= 0 && text.lastIndexOf(';') > slash;
}

/** A URL without its secrets, for a text that may be one. Any other text is shown as it is. */
export function shownText(text: string): string {
  return mayHoldSecret(text) ? shownUrl(text) : text;
}

/** Whether the text may be a URL, or have user-info. */
export function mayHoldSecret(text: string): boolean {
  return text.includes('@') || text.includes('://');
}
