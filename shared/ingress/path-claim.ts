import { pathPattern } from './path-pattern.ts';
import type { IngressPath } from './stripped.ts';

/** A path as it is written. */
type WrittenPath = Pick<IngressPath, 'path' | 'pathType'>;

/** The path that serves all of its host. */
export const ROOT = '/';

/** Whether the path serves all of its host. Exact `/` does not: it serves only the home page and nothing below. */
export function isRootPath(path: WrittenPath): boolean {
  return claimedPath(path) === ROOT;
}

/**
 * The claim of a path, in one spelling for all paths that mean the same: `/api`, `/api/` and `/api/*` are equal. An
 * Exact path is a claim of its own (`=/api`), because controllers match it first and send everything else on. If the
 * controller decides what a path means, it is tried as a regular expression. An expression that matches everything
 * below its literal beginning is that prefix; any other is a claim of its own.
 */
export function claimedPath({ path, pathType }: WrittenPath): string {
  if (pathType === 'Exact') return `=${path}`;
  if (pathType === 'Prefix') return withoutSlash(path) || ROOT;
  const source = path.replace(MARK, '').replace(/^\^/, '');
  const special = source.search(SPECIAL);
  if (special < 0) return withoutSlash(source) || ROOT;
  const prefix = withoutSlash(source.slice(0, plainLength(source, special)));
  return takesEverything(source.slice(prefix.length)) ? prefix || ROOT : path;
}

/** The characters that make a path an expression. */
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

/** Kong marks regular expressions with a tilde. */
const MARK = /^\/~(?=[/^(])/;

/**
 * An expression that matches all of these from the beginning matches everything: the host itself, pages, all kinds of
 * characters.
 */
const SAMPLES = ['/', '/a', '/a/b', '/Z9/x-y_z.w~/%C3,1;p='];

/** A character before a count may be repeated or omitted; before an alternative everything may be omitted. */
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
