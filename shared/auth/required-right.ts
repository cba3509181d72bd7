import type { Right } from './rights.ts';

/** Asked by kubelets and balancers, which have no credentials. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/actuator/health']);

/**
 * The right that a request needs, by its method and URL alone: what no route serves needs one too, so that nothing can be
 * found out without. `open`: none. A URL that can be read in two ways is never read as a probe.
 */
export function requiredRight(method: string, url: string): Right | 'open' {
  if (!url.startsWith('/eureka/') && PROBES.has(pathOf(url))) return 'open';
  if (changesNothing(method)) return 'read';
  return isEurekaPath(url) ? 'register' : 'operate';
}

export function changesNothing(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** The Eureka API, at any of its mounts. Escapes count as what they stand for, as they do for the router. */
export function isEurekaPath(url: string): boolean {
  if (url.startsWith('/eureka/')) return true;
  const path = url.includes('%') ? unescaped(pathOf(url)) : url;
  return /^\/+(?:peer\/+)?eureka(?:$|[/?#])/.test(path);
}

/** The router takes a slash at the end for none. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Bytes that are no text cannot be a letter of a mount: the router refuses such a path. */
function unescaped(path: string): string {
  return path.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
