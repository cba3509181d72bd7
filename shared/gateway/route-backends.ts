import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import type { Target } from '../ingress/health.ts';
import { objectKey } from '../ingress/object-key.ts';
import { findPort } from '../ingress/service-port.ts';
import { findService } from '../ingress/service.ts';
import type { RouteBackend, RouteRule, StrippedHttpRoute } from '../ingress/stripped-gateway.ts';
import { ok, type Result } from '../result.ts';

export interface BackendTargets {
  /** At least one. */
  readonly targets: readonly Target[];
  readonly notices: readonly string[];
}

/**
 * The Services that get calls by the rule: those with a weight above 0. A backend that cannot be used is answered 500 by
 * its share of the calls; only when none can be used there is no entry.
 */
export function backendTargets(
  route: StrippedHttpRoute,
  { backends }: RouteRule,
  objects: ObjectView,
): Result<BackendTargets, RefusalCause> {
  const weighted = backends.filter(({ weight }) => weight > 0);
  if (weighted.length === 0)
    return refused(
      'no-backend-service',
      backends.length === 0
        ? 'its rule has no backendRefs; give it a Service'
        : 'every backend of its rule has weight 0, so all calls are answered 500; give one a weight',
    );
  const targets = new Map<string, Target>();
  const failures: RefusalCause[] = [];
  for (const backend of weighted) {
    const target = targetOf(route, backend, objects);
    if (target.ok) targets.set(`${objectKey(target.value.service)} ${target.value.port.number}`, target.value);
    else failures.push(target.error);
  }
  const [failure] = failures;
  if (targets.size === 0 && failure !== undefined) return { ok: false, error: failure };
  return ok({
    targets: [...targets.values()],
    notices: [
      ...(weighted.length > 1 ? [`calls are shared by weight: ${weighted.map(describeWeight).join(', ')}`] : []),
      ...failures.map(({ reason }) => `some calls are answered 500: ${reason}`),
    ],
  });
}

function targetOf(
  { meta }: StrippedHttpRoute,
  { service: named, port }: RouteBackend,
  objects: ObjectView,
): Result<Target, RefusalCause> {
  if (named === undefined) return refused('no-backend-service', 'a backend is no Service; give the rule a Service');
  if (!isGranted(meta.namespace, named, objects))
    return refused(
      'reference-not-granted',
      `no ReferenceGrant in namespace ${named.namespace} lets HTTPRoutes of namespace ${meta.namespace} refer to Service ${named.name}: create one there`,
    );
  const service = findService(named.namespace, named.name, objects);
  if (!service.ok) return service;
  const found = findPort(service.value, { service: named.name, port });
  return found.ok ? ok({ service: service.value, port: found.value }) : found;
}

/** Whether a route of the namespace may refer to the Service: always within its own namespace. */
function isGranted(
  namespace: string,
  service: { readonly namespace: string; readonly name: string },
  objects: ObjectView,
): boolean {
  if (service.namespace === namespace) return true;
  return objects
    .grantsIn(service.namespace)
    .some(({ from, to }) => from.includes(namespace) && (to === 'all' || to.includes(service.name)));
}

function describeWeight({ service, weight }: RouteBackend): string {
  return `${service?.name ?? 'something that is no Service'} ${weight}`;
}
