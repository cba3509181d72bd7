import type { RefusalCause } from '../contribution/refusal.ts';
import type { ObjectView } from './cluster-objects.ts';
import { patternsOver } from './ingress-host.ts';
import { routeKey } from './routes.ts';

/** The route by which an Ingress serves its entry. */
export interface ServedRoute {
  readonly className: string | undefined;
  readonly host: string;
  /** The host of the rule: the host itself, a wildcard, or empty for any. */
  readonly pattern: string;
  readonly path: string;
  /** Whether the default backend serves it, because no path of the Ingress matches. */
  readonly byDefault: boolean;
}

/**
 * Why calls do not reach the backend `service` (`namespace/service`) of the Ingress: another Ingress has the route, by
 * a more specific host or by its age. `undefined` when they do. Two Ingresses that lead to the same Service are not
 * rivals.
 */
export function whyRouteTaken(
  ingress: string,
  { className, host, pattern, path, byDefault }: ServedRoute,
  service: string,
  objects: ObjectView,
): RefusalCause | undefined {
  for (const candidate of patternsOver(host)) {
    const owner = objects.routeOwner(className, routeKey(candidate, path));
    if (owner === undefined && candidate !== pattern) continue;
    if (owner === undefined || owner.ingress === ingress || owner.service === service) return undefined;
    const closer = candidate === pattern ? undefined : 'names the host more closely';
    const why = closer ?? (byDefault && !owner.byDefault ? 'names the path' : 'comes first, by age and then by name');
    return {
      code: 'route-taken',
      reason: `calls to ${host}${path.replace(/^=/, '')} go to the backend of Ingress ${owner.ingress}, which ${why}: delete one of the two, or give one another host or path`,
    };
  }
  return undefined;
}
