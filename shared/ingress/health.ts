import { ok, type Result } from '../result.ts';
import { READY_ENDPOINTS } from './annotation-keys.ts';
import { readAnnotation } from './annotations.ts';
import { READY_COUNT } from './annotation-values.ts';
import type { ObjectView } from './cluster-objects.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { DerivationRules } from './rules.ts';
import { portLabel } from './service-port.ts';
import type { ServicePort, StrippedEndpointSlice, StrippedService } from './stripped.ts';
import { versionRefusal } from './unread-version.ts';

export interface Health {
  readonly up: boolean;
  readonly readyEndpoints: number;
  /** For people: `2 of 3 endpoints ready`. */
  readonly reason: string;
  readonly notices: readonly string[];
}

/** The Service of an entry, and the port that it uses. */
export interface Target {
  readonly service: StrippedService;
  readonly port: ServicePort;
}

type HealthRules = Pick<DerivationRules, 'defaults' | 'origin'>;

/** Of several targets, which share the calls, what is ready counts together. */
export function healthOf(
  targets: readonly Target[],
  objects: ObjectView,
  rules: HealthRules,
): Result<Health, RefusalCause> {
  const { minReady } = rules.defaults;
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return healthOfOne(only, objects, rules, minReady);
  const parts: Health[] = [];
  for (const target of targets) {
    const part = healthOfOne(target, objects, rules, 0);
    if (!part.ok) return part;
    parts.push({ ...part.value, reason: `Service ${target.service.meta.name}: ${part.value.reason}` });
  }
  const serving = parts.filter(({ up }) => up);
  const ready = serving.reduce((sum, { readyEndpoints }) => sum + readyEndpoints, 0);
  const words = parts.map(({ reason }) => reason).join('; ');
  const notices = parts.flatMap((part) => part.notices);
  return ok({ ...judged(ready, minReady, words, notices), ...(serving.length === 0 ? { up: false } : {}) });
}

function healthOfOne(
  target: Target,
  objects: ObjectView,
  rules: HealthRules,
  minReady: number,
): Result<Health, RefusalCause> {
  switch (rules.defaults.health) {
    case 'endpoints':
      return fromEndpoints(target, objects.slicesOf(target.service), minReady, rules.origin);
    case 'deployment':
      return fromDeployments(target.service, objects, minReady);
  }
}

/** Slices with host names in place of addresses: neither kube-proxy nor the controllers know what to do with them. */
const HOST_NAMES = 'FQDN';

function fromEndpoints(
  { service, port }: Target,
  slices: readonly StrippedEndpointSlice[],
  minReady: number,
  origin: DerivationRules['origin'],
): Result<Health, RefusalCause> {
  if (slices.length === 0 && origin === 'manifests') return withoutSlices(service, minReady);
  const unread = slices.find(({ meta }) => meta.unreadVersion !== undefined);
  if (unread !== undefined) return { ok: false, error: versionRefusal(unread) };
  const routed = slices.filter(({ addressType }) => addressType !== HOST_NAMES);
  const carrying = routed.filter((slice) => carries(slice, port));
  const { ready, total } = countEndpoints(carrying);
  const { ready: idle } = countEndpoints(routed.filter((slice) => !carrying.includes(slice)));
  const { ready: named } = countEndpoints(slices.filter((slice) => !routed.includes(slice)));
  const besides =
    (idle === 0 ? '' : `, ${idle} ready without port ${portLabel(port)}`) +
    (named === 0 ? '' : `, ${named} ready by host name, which nothing routes calls to`);
  const counts = `${ready} of ${total} endpoints ready${besides}`;
  const words = slices.length === 0 ? `Service ${service.meta.name} has no EndpointSlice` : counts;
  const health = judged(ready, minReady, words, ignoredAnnotation(service, origin));
  return ok(
    health.up || origin === 'manifests' ? health : { ...health, notices: [...health.notices, whereToLook(service)] },
  );
}

/** Only the cluster knows why a Pod is not ready, or is not there. */
function whereToLook({ meta, selector }: StrippedService): string {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const pods = `kubectl get pods -n ${meta.namespace}${labels.length === 0 ? '' : ` -l ${labels.join(',')}`}`;
  return `the cluster knows why: ${pods}`;
}

/**
 * Pods without the named port are in slices of their own, which do not list it. A port without name and number stands
 * for all ports; slices that were not made for a Service may have one.
 */
function carries({ ports }: StrippedEndpointSlice, { name, protocol }: ServicePort): boolean {
  return ports.some((port) => port.protocol === protocol && (port.name === name || (port.any && port.name === '')));
}

function ignoredAnnotation({ meta }: StrippedService, origin: DerivationRules['origin']): readonly string[] {
  if (!Object.hasOwn(meta.annotations, READY_ENDPOINTS)) return [];
  const why = origin === 'manifests' ? 'it has EndpointSlices' : 'it counts in manifests only';
  return [`${READY_ENDPOINTS} on Service ${meta.name} is ignored: ${why}`];
}

/**
 * Counts the endpoints. A Pod is in one slice per address family, and for moments in two slices of one family, so
 * addresses are counted within a family. An address is ready if one slice reports it as ready.
 */
function countEndpoints(slices: readonly StrippedEndpointSlice[]): { readonly ready: number; readonly total: number } {
  const families = new Map<string, { readonly ready: Set<string>; readonly all: Set<string> }>();
  for (const { addressType, ready, unready } of slices) {
    const family = families.get(addressType) ?? { ready: new Set<string>(), all: new Set<string>() };
    for (const address of ready) family.ready.add(address);
    for (const address of [...ready, ...unready]) family.all.add(address);
    families.set(addressType, family);
  }
  let most = { ready: 0, total: 0 };
  for (const { ready, all } of families.values())
    if (ready.size > most.ready || (ready.size === most.ready && all.size > most.total))
      most = { ready: ready.size, total: all.size };
  return most;
}

/**
 * A cluster has a slice for every Service, possibly an empty one. A manifest may omit it and state the number of ready
 * endpoints instead.
 */
function withoutSlices({ meta }: StrippedService, minReady: number): Result<Health, RefusalCause> {
  const stated = readAnnotation(meta.annotations, READY_ENDPOINTS, READY_COUNT);
  if (!stated.ok) return refused('bad-annotation', `on Service ${meta.name}: ${stated.error}`);
  if (stated.value !== undefined)
    return ok(judged(stated.value, minReady, `${stated.value} endpoints ready as ${READY_ENDPOINTS} states`));
  const reason = `Service ${meta.name} has no EndpointSlice: add one, or annotate the Service with ${READY_ENDPOINTS}: "1"`;
  return ok({ up: false, readyEndpoints: 0, reason, notices: [] });
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
  const unread = deployments.find(({ meta }) => meta.unreadVersion !== undefined);
  if (unread !== undefined) return { ok: false, error: versionRefusal(unread) };
  const ready = deployments.reduce((sum, { readyReplicas }) => sum + readyReplicas, 0);
  const available = deployments.some((deployment) => deployment.available);
  const names = deployments.map(({ meta }) => meta.name).join(', ');
  const words = `Deployment ${names} is ${available ? '' : 'not '}Available with ${ready} ready replicas`;
  return ok(
    available ? judged(ready, minReady, words) : { up: false, readyEndpoints: ready, reason: words, notices: [] },
  );
}

function judged(ready: number, minReady: number, words: string, notices: readonly string[] = []): Health {
  const up = ready >= minReady;
  return { up, readyEndpoints: ready, reason: up || minReady === 1 ? words : `${words}, ${minReady} wanted`, notices };
}
