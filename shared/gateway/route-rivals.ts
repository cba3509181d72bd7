import { hostnamePatternsOver } from '../address/hostname-pattern.ts';
import type { RefusalCause } from '../contribution/refusal.ts';
import { byText } from '../model/order.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import { keyOf, objectKey } from '../ingress/object-key.ts';
import type { Listener, StrippedGateway, StrippedHttpRoute } from '../ingress/stripped-gateway.ts';
import { whyGone } from '../ingress/whether-gone.ts';
import { attachTo, type Attachment } from './attachment.ts';
import { servedPaths } from './route-rule.ts';

/** What an HTTPRoute would be published with. */
export interface ServedHost {
  readonly host: string;
  readonly path: string;
  /** The listeners by which the callers come, all of one Gateway. */
  readonly attachments: readonly Attachment[];
  /** Listeners that name the host more closely than these: what is attached to one of them goes first. */
  readonly closer: readonly Listener[];
  /** `namespace/service` of those that answer. */
  readonly services: readonly string[];
}

/**
 * Why calls do not reach the route: another one at the same listener has the path for every call, and names the host
 * more closely or comes first, by age and then by namespace and name, as the API documents. `undefined` when they do.
 * Routes that lead to the same Services are not rivals.
 */
export function whyHostTaken(
  route: StrippedHttpRoute,
  served: ServedHost,
  objects: ObjectView,
): RefusalCause | undefined {
  const gateway = served.attachments[0]?.gateway;
  if (gateway === undefined) return undefined;
  const patterns = hostnamePatternsOver(served.host);
  const rivalsFor = (pattern: string, listeners: readonly Listener[]): readonly StrippedHttpRoute[] =>
    listeners.length === 0
      ? []
      : objects
          .routesClaiming(objectKey(gateway), pattern)
          .filter((rival) => objectKey(rival) !== objectKey(route))
          .filter((rival) => hasPath(rival, served.path, objects) && isAttached(rival, gateway, listeners, objects))
          .toSorted(byPrecedence);
  const [nearer] = patterns.flatMap((pattern) => rivalsFor(pattern, served.closer));
  if (nearer !== undefined && !leadsThere(nearer, served))
    return taken(nearer, served, 'is attached to a listener that names the host more closely');
  const listeners = served.attachments.map(({ listener }) => listener);
  for (const pattern of patterns) {
    const isOwn = route.hostnames.includes(pattern) || (pattern === '' && route.hostnames.length === 0);
    const [first] = rivalsFor(pattern, listeners).filter((rival) => !isOwn || byPrecedence(rival, route) < 0);
    if (first !== undefined && !leadsThere(first, served))
      return taken(first, served, isOwn ? 'comes first, by age and then by name' : 'names the host more closely');
    if (isOwn) return undefined;
  }
  return undefined;
}

function taken({ meta }: StrippedHttpRoute, { host, path }: ServedHost, why: string): RefusalCause {
  return {
    code: 'route-taken',
    reason: `calls to ${host}${path.replace(/^=/, '')} are answered by HTTPRoute ${keyOf(meta.namespace, meta.name)}, which ${why}: delete one of the two, or give one another host or path`,
  };
}

function hasPath(route: StrippedHttpRoute, path: string, objects: ObjectView): boolean {
  if (route.meta.unreadVersion !== undefined || whyGone(route, objects) !== undefined) return false;
  return route.rules.some((rule) => servedPaths(rule).includes(path));
}

function isAttached(
  route: StrippedHttpRoute,
  { meta }: StrippedGateway,
  listeners: readonly Listener[],
  objects: ObjectView,
): boolean {
  return route.parents.some((parent) => {
    if (parent.gateway?.name !== meta.name || parent.gateway.namespace !== meta.namespace) return false;
    const attached = attachTo(route, parent, objects);
    return attached.ok && attached.value.some(({ listener }) => listeners.includes(listener));
  });
}

/** Whether all calls by the rival end where those of the route do. */
function leadsThere(rival: StrippedHttpRoute, { path, services }: ServedHost): boolean {
  const rule = rival.rules.find((each) => servedPaths(each).includes(path));
  if (rule === undefined || rule.redirects) return false;
  const theirs = rule.backends.filter(({ weight }) => weight > 0);
  return (
    theirs.length > 0 &&
    theirs.every(({ service }) => service !== undefined && services.includes(keyOf(service.namespace, service.name)))
  );
}

/** A route without a creation time, as in manifests, counts as the youngest. */
function byPrecedence({ meta: a }: StrippedHttpRoute, { meta: b }: StrippedHttpRoute): number {
  return (
    (a.createdAt || Number.MAX_SAFE_INTEGER) - (b.createdAt || Number.MAX_SAFE_INTEGER) ||
    byText(a.namespace, b.namespace) ||
    byText(a.name, b.name)
  );
}
