import type { DefaultsConfig } from '../config/config.ts';
import { ok, type Result } from '../result.ts';
import { READY_ENDPOINTS } from './annotation-keys.ts';
import { readAnnotation } from './annotations.ts';
import { READY_COUNT } from './annotation-values.ts';
import type { ObjectView } from './cluster-objects.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { StrippedEndpointSlice, StrippedService } from './stripped.ts';

export interface Health {
  readonly up: boolean;
  readonly readyEndpoints: number;
  /** In words: `2 of 3 endpoints ready`. */
  readonly reason: string;
}

export function healthOf(
  service: StrippedService,
  objects: ObjectView,
  { health, minReady }: Pick<DefaultsConfig, 'health' | 'minReady'>,
): Result<Health, RefusalCause> {
  switch (health) {
    case 'endpoints':
      return fromEndpoints(service, objects.slicesOf(service), minReady);
    case 'deployment':
      return fromDeployments(service, objects, minReady);
  }
}

function fromEndpoints(
  service: StrippedService,
  slices: readonly StrippedEndpointSlice[],
  minReady: number,
): Result<Health, RefusalCause> {
  if (slices.length === 0) return withoutSlices(service, minReady);
  const { ready, total } = countEndpoints(slices);
  return ok(judged(ready, minReady, `${ready} of ${total} endpoints ready`));
}

/** A Pod is in one slice per address family, and for moments in two slices of one: count addresses within a family. */
function countEndpoints(slices: readonly StrippedEndpointSlice[]): { readonly ready: number; readonly total: number } {
  const families = new Map<string, { readonly ready: Set<string>; total: number }>();
  for (const { addressType, ready, total } of slices) {
    const family = families.get(addressType) ?? { ready: new Set<string>(), total: 0 };
    for (const address of ready) family.ready.add(address);
    family.total += total;
    families.set(addressType, family);
  }
  let most = { ready: 0, total: 0 };
  for (const { ready, total } of families.values())
    if (ready.size > most.ready || (ready.size === most.ready && total > most.total))
      most = { ready: ready.size, total };
  return most;
}

/** A cluster makes a slice for every Service, be it empty; a manifest may leave it out and state the number instead. */
function withoutSlices({ meta }: StrippedService, minReady: number): Result<Health, RefusalCause> {
  const stated = readAnnotation(meta.annotations, READY_ENDPOINTS, READY_COUNT);
  if (!stated.ok) return refused('bad-annotation', `on Service ${meta.name}: ${stated.error}`);
  if (stated.value !== undefined)
    return ok(judged(stated.value, minReady, `${stated.value} endpoints ready as ${READY_ENDPOINTS} states`));
  const reason = `Service ${meta.name} has no EndpointSlice: add one, or annotate the Service with ${READY_ENDPOINTS}: "1"`;
  return ok({ up: false, readyEndpoints: 0, reason });
}

/** Several Deployments behind one Service, as in blue/green, count together. */
function fromDeployments(
  service: StrippedService,
  objects: ObjectView,
  minReady: number,
): Result<Health, RefusalCause> {
  const deployments = objects.deploymentsOf(service);
  const { name } = service.meta;
  if (deployments.length === 0)
    return refused(
      'deployment-not-found',
      Object.keys(service.selector).length === 0
        ? `Service ${name} has no selector that would lead to a Deployment: give it one, or use defaults.health: endpoints`
        : `no Deployment has Pods that Service ${name} selects: correct its selector, or use defaults.health: endpoints`,
    );
  const ready = deployments.reduce((sum, { readyReplicas }) => sum + readyReplicas, 0);
  const available = deployments.some((deployment) => deployment.available);
  const names = deployments.map(({ meta }) => meta.name).join(', ');
  const words = `Deployment ${names} is ${available ? '' : 'not '}Available with ${ready} ready replicas`;
  return ok(available ? judged(ready, minReady, words) : { up: false, readyEndpoints: ready, reason: words });
}

function judged(ready: number, minReady: number, words: string): Health {
  const up = ready >= minReady;
  return { up, readyEndpoints: ready, reason: up || minReady === 1 ? words : `${words}, ${minReady} wanted` };
}
