import { pathPattern } from './path-pattern.ts';
import type { IngressPath } from './stripped.ts';

/** The path that serves all of its host. */
export const ROOT = '/';

/** Whether the path serves all of its host. Exact `/` does not: it answers the home page and nothing below. */
export function isRootPath(path: IngressPath): boolean {
  return claimedPath(path) === ROOT;
}

/**
 * What a path lays claim to, in one spelling for all that mean the same: `/api`, `/api/` and `/api/*` are one. An Exact path
 * is a claim of its own (`=/api`), as controllers look at it first and send everything else on. Where its meaning is the
 * controller's, it is tried as the regular expression that it may be: one that takes everything below its plain beginning is
 * that prefix, and any other is a claim of its own.
 */
export function claimedPath({ path, pathType }: IngressPath): string {
  if (pathType === 'Exact') return `=${path}`;
  if (pathType === 'Prefix') return withoutSlash(path) || ROOT;
  const source = path.replace(MARK, '').replace(/^\^/, '');
  const special = source.search(SPECIAL);
  if (special < 0) return withoutSlash(source) || ROOT;
  const prefix = withoutSlash(source.slice(0, plainLength(source, special)));
  return takesEverything(source.slice(prefix.length)) ? prefix || ROOT : path;
}

/** What makes a path more than its letters. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

/** Kong marks regular expressions by a tilde before them. */
const MARK = /^\/~(?=[/^(])/;

/** Whoever matches all of these from their beginning matches everything: the host itself, pages, all kinds of letters. */
const SAMPLES = ['/', '/a', '/a/b', '/Z9/x-y_z.w~/%C3,1;p='];

/** The letter before a count may be repeated or left out; before an alternative all of it may be. */
function plainLength(source: string, special: number): number {
  const char = source[special] ?? '';
  if (char === '|') return 0;
  return '?*+{'.includes(char) ? Math.max(0, special - 1) : special;
}

function takesEverything(source: string): boolean {
  const pattern = pathPattern(source);
  return pattern !== undefined && SAMPLES.every((sample) => pattern.begins(sample));
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
