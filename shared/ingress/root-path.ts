import type { IngressPath } from './stripped.ts';

/** How "everything" is spelled where the path's meaning is the controller's: plain, ALB and GCE, nginx with regex. */
const ROOT_SPELLINGS = ['/', '/*', '/.*', '/(.*)'];

/** Whether the path serves all of its host. Exact `/` does not: it answers the home page and nothing below. */
export function isRootPath({ path, pathType }: IngressPath): boolean {
  if (pathType === 'Exact') return false;
  return pathType === 'Prefix' ? path === '/' : ROOT_SPELLINGS.includes(path);
}
