import type { Right } from './rights.ts';

/** Requested by kubelets and balancers, which have no credentials. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/actuator/health']);

/**
 * The right that a request needs, by its method and URL alone; `open`: none. URLs that no route serves need a right
 * too, so that a request without rights reveals nothing. An ambiguous URL never counts as a probe.
 */
export function requiredRight(method: string, url: string): Right | 'open' {
  if (!url.startsWith('/eureka/') && PROBES.has(pathOf(url))) return 'open';
  if (changesNothing(method)) return 'read';
  return isEurekaPath(url) ? 'register' : 'operate';
}

export function changesNothing(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** The Eureka API, at any of its mounts. Percent escapes are decoded, as in the router. */
export function isEurekaPath(url: string): boolean {
  if (url.startsWith('/eureka/')) return true;
  const path = url.includes('%') ? unescaped(pathOf(url)) : url;
  return /^\/+(?:peer\/+)?eureka(?:$|[/?#])/.test(path);
}

/** The path without a slash at its end, which the router ignores. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Decodes ASCII escapes only: no mount has other bytes in its path. The router refuses bytes that are not text. */
function unescaped(path: string): string {
  return path.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
