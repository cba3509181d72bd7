import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import type { ParsedAnnotations } from './annotations.ts';
import type { HostChoice } from './host.ts';
import { claimedPath, isRootPath, ROOT } from './path-claim.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { IngressPath, ServiceBackend, StrippedIngress } from './stripped.ts';

export interface BackendChoice {
  readonly backend: ServiceBackend;
  /** What the entry serves of its host, as `claimedPath` spells it. */
  readonly path: string;
  /** No path of the Ingress serves it: the default backend does. */
  readonly byDefault: boolean;
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('path');

/**
 * The Service behind the entry: that of the path that serves `/`, because callers of Ribbon know no path prefix. Where no
 * path does, it is the default backend, which serves what no path matches.
 */
export function chooseBackend(
  ingress: StrippedIngress,
  { host, paths = [] }: HostChoice,
  annotations: ParsedAnnotations,
): Result<BackendChoice, RefusalCause> {
  const root = paths.find(isRootPath);
  if (root === undefined && (paths.length === 0 || ingress.defaultBackend !== undefined))
    return takeDefault(ingress, host, paths);
  const chosen = root ?? (annotations.path === 'allow' ? paths[0] : undefined);
  if (chosen === undefined) return refused('path-not-root', notRoot(host, paths));
  const { path, backend } = chosen;
  if (backend === undefined)
    return refused(
      'no-backend-service',
      `path ${path} of ${host} leads to a resource, not to a Service; give it a Service`,
    );
  const notices = elsewhere(host, paths, backend);
  if (root === undefined)
    notices.unshift(`published under ${path} only (${ANNOTATION}): callers that know no path prefix get 404`);
  return ok({ backend, path: claimedPath(chosen), byDefault: false, notices });
}

function takeDefault(
  { defaultBackend }: StrippedIngress,
  host: string,
  paths: readonly IngressPath[],
): Result<BackendChoice, RefusalCause> {
  if (defaultBackend === undefined)
    return refused(
      'no-backend-service',
      `${host} has no path and the Ingress no default backend; add a path / with a Service`,
    );
  const what = paths.length === 0 ? host : `what no path of ${host} matches`;
  const notices = [`${what} is served by the default backend`, ...elsewhere(host, paths, defaultBackend)];
  return ok({ backend: defaultBackend, path: ROOT, byDefault: true, notices });
}

function elsewhere(host: string, paths: readonly IngressPath[], { service }: ServiceBackend): string[] {
  const others = paths.filter(({ backend }) => backend?.service !== service).map(({ path }) => path);
  if (others.length === 0) return [];
  return [`${others.join(', ')} of ${host} ${others.length === 1 ? 'leads' : 'lead'} elsewhere`];
}

function notRoot(host: string, paths: readonly IngressPath[]): string {
  const exact = paths.some(({ path, pathType }) => path === '/' && pathType === 'Exact');
  const why = exact
    ? 'path / has pathType Exact, which serves nothing below it: use Prefix'
    : `only ${paths.map(({ path }) => path).join(', ')} of it is served, and callers know no path prefix: add a path /`;
  return `${host} does not serve everything: ${why}, or set ${ANNOTATION}: allow`;
}
