import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import type { ParsedAnnotations } from './annotations.ts';
import type { HostChoice } from './host.ts';
import { isRootPath } from './root-path.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { IngressPath, StrippedIngress } from './stripped.ts';

export interface BackendChoice {
  readonly service: string;
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('path');

/** The Service behind the entry: that of the path that serves `/`, because callers of Ribbon know no path prefix. */
export function chooseBackend(
  ingress: StrippedIngress,
  { host, paths }: HostChoice,
  annotations: ParsedAnnotations,
): Result<BackendChoice, RefusalCause> {
  if (paths === undefined || paths.length === 0) return defaultBackend(ingress, host);
  const root = paths.find(isRootPath);
  const chosen = root ?? (annotations.path === 'allow' ? paths[0] : undefined);
  if (chosen === undefined) return refused('path-not-root', notRoot(host, paths));
  const { path, serviceName } = chosen;
  if (serviceName === undefined)
    return refused(
      'no-backend-service',
      `path ${path} of ${host} leads to a resource, not to a Service; give it a Service`,
    );
  const notices: string[] = [];
  if (root === undefined)
    notices.push(`published under ${path} only (${ANNOTATION}): callers that know no path prefix get 404`);
  const others = paths.filter((other) => other.serviceName !== serviceName).map((other) => other.path);
  if (others.length > 0)
    notices.push(`${others.join(', ')} of ${host} ${others.length === 1 ? 'leads' : 'lead'} elsewhere`);
  return ok({ service: serviceName, notices });
}

function defaultBackend({ defaultBackendService }: StrippedIngress, host: string): Result<BackendChoice, RefusalCause> {
  return defaultBackendService === undefined
    ? refused(
        'no-backend-service',
        `${host} has no path and the Ingress no default backend; add a path / with a Service`,
      )
    : ok({ service: defaultBackendService, notices: [`${host} is served by the default backend`] });
}

function notRoot(host: string, paths: readonly IngressPath[]): string {
  const exact = paths.some(({ path, pathType }) => path === '/' && pathType === 'Exact');
  const why = exact
    ? 'path / has pathType Exact, which serves nothing below it: use Prefix'
    : `only ${paths.map(({ path }) => path).join(', ')} of it is served, and callers know no path prefix: add a path /`;
  return `${host} does not serve everything: ${why}, or set ${ANNOTATION}: allow`;
}
