import type { IngressPath } from './stripped.ts';

/** How "everything" is spelled where the path's meaning is the controller's: plain, ALB and GCE, nginx with regex. */
const EVERYTHING_BELOW = /(?:\/|\/\*|\/\.\*|\/\(\.\*\)|\(\/\|\$\)\(\.\*\))$/;

/** The path that serves all of its host. */
export const ROOT = '/';

/** Whether the path serves all of its host. Exact `/` does not: it answers the home page and nothing below. */
export function isRootPath(path: IngressPath): boolean {
  return claimedPath(path) === ROOT;
}

/**
 * What a path lays claim to, in one spelling for all that mean the same: `/api`, `/api/` and `/api/*` are one. An Exact path
 * is a claim of its own (`=/api`), as controllers look at it first and send everything else on.
 */
export function claimedPath({ path, pathType }: IngressPath): string {
  if (pathType === 'Exact') return `=${path}`;
  const end = pathType === 'Prefix' ? /\/$/ : EVERYTHING_BELOW;
  return path.replace(end, '') || ROOT;
}
