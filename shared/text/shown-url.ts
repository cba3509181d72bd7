const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** A host or an IPv6 address, and a port. */
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/;

/** Before an `@`: it may stand in a token, and what follows it be the token's end and no host. */
const TOKEN_BEGIN = /[?#]|\/.*;/s;

/**
 * A URL as people may see it: scheme, host and path. User-info reaches up to the last `@`, whatever stands in it, as it is
 * not always escaped as it should be. What stands where a port should be may be the beginning of a password that was cut.
 * Query and fragment carry tokens, and so do parameters of the path.
 */
export function shownUrl(text: string): string {
  const written = text.trim();
  const scheme = SCHEME.exec(written)?.[0] ?? '';
  const userInfoEnd = written.lastIndexOf('@') + 1;
  if (TOKEN_BEGIN.test(written.slice(scheme.length, userInfoEnd))) return `${scheme}***`;
  const open = written.slice(Math.max(userInfoEnd, scheme.length));
  const base = /^[^;?#]*/.exec(open)?.[0] ?? '';
  if (userInfoEnd === 0 && !HOST_AND_PORT.test(/^[^/\\]*/.exec(base)?.[0] ?? '')) return `${scheme}***`;
  const tail = base === open ? '' : `${open.charAt(base.length)}***`;
  return `${scheme}${userInfoEnd === 0 ? '' : '***@'}${base}${tail}`;
}

/** The same for a text that need not be a URL: what does not look like one is shown as it is. */
export function shownText(text: string): string {
  return mayHoldSecret(text) ? shownUrl(text) : text;
}

export function mayHoldSecret(text: string): boolean {
  return text.includes('@') || text.includes('://');
}
