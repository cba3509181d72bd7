/** What counts of the address of a page. */
export interface PageUrl {
  /** `undefined`: the URL names none. */
  readonly port: number | undefined;
  /** Path and query. */
  readonly path: string;
}

const SCHEME = /^https?:\/\//i;
const [SLASH, QUESTION, HASH, COLON, ZERO, NINE] = [47, 63, 35, 58, 48, 57];

/**
 * Reads a URL as text: it may contain anything, and only its port, path and query are needed. `undefined`: it is none of
 * http or https. Each twin of each application has several of them, so it looks for characters and not for a pattern.
 */
export function readPageUrl(url: string): PageUrl | undefined {
  const begin = schemeLength(url);
  if (begin === 0) return undefined;
  let end = begin;
  while (end < url.length && !endsAuthority(url.charCodeAt(end))) end++;
  const fragment = url.indexOf('#', end);
  const path = url.charCodeAt(end) === SLASH ? url.slice(end, fragment < 0 ? url.length : fragment) : '/';
  return { port: portBefore(url, begin, end), path };
}

function schemeLength(url: string): number {
  if (url.startsWith('http://')) return 'http://'.length;
  return SCHEME.exec(url)?.[0].length ?? 0;
}

function endsAuthority(code: number): boolean {
  return code === SLASH || code === QUESTION || code === HASH;
}

/** The digits behind the last colon, if there is nothing else. */
function portBefore(url: string, begin: number, end: number): number | undefined {
  let at = end;
  while (at > begin && isDigit(url.charCodeAt(at - 1))) at--;
  return at < end && at > begin && url.charCodeAt(at - 1) === COLON ? Number(url.slice(at, end)) : undefined;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
