import { hostnamePatternsOver } from '../address/hostname-pattern.ts';
import type { RefusalCause } from '../contribution/refusal.ts';
import { byText } from '../model/order.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import { backendServices, keyOf, objectKey } from '../ingress/object-key.ts';
import type { StrippedHttpRoute } from '../ingress/stripped-gateway.ts';
import { whyGone } from '../ingress/whether-gone.ts';
import { attachTo, type Attachment } from './attachment.ts';
import { servedPaths } from './route-rule.ts';

/** What an HTTPRoute would be published with. */
export interface ServedHost {
  readonly host: string;
  readonly path: string;
  /** The listeners by which the callers come, all of one Gateway. */
  readonly attachments: readonly Attachment[];
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
  for (const pattern of hostnamePatternsOver(served.host)) {
    const isOwn = route.hostnames.includes(pattern) || (pattern === '' && route.hostnames.length === 0);
    const rivals = objects
      .routesClaiming(objectKey(gateway), pattern)
      .filter((rival) => objectKey(rival) !== objectKey(route) && isRival(rival, served, objects))
      .filter((rival) => !isOwn || byPrecedence(rival, route) < 0);
    const [first] = rivals.toSorted(byPrecedence);
    if (first !== undefined && !leadsThere(first, served)) return taken(first, served, isOwn);
    if (isOwn) return undefined;
  }
  return undefined;
}

function taken({ meta }: StrippedHttpRoute, { host, path }: ServedHost, sameHost: boolean): RefusalCause {
  const why = sameHost ? 'comes first, by age and then by name' : 'names the host more closely';
  return {
    code: 'route-taken',
    reason: `calls to ${host}${path.replace(/^=/, '')} are answered by HTTPRoute ${keyOf(meta.namespace, meta.name)}, which ${why}: delete one of the two, or give one another host or path`,
  };
}

function isRival(rival: StrippedHttpRoute, { path, attachments }: ServedHost, objects: ObjectView): boolean {
  if (rival.meta.unreadVersion !== undefined || whyGone(rival, objects) !== undefined) return false;
  if (!rival.rules.some((rule) => servedPaths(rule).includes(path))) return false;
  const listeners = new Set(attachments.map(({ listener }) => listener));
  const gateway = attachments[0]?.gateway;
  return rival.parents.some((parent) => {
    if (gateway === undefined || parent.gateway?.name !== gateway.meta.name) return false;
    if (parent.gateway.namespace !== gateway.meta.namespace) return false;
    const attached = attachTo(rival, parent, objects);
    return attached.ok && attached.value.some(({ listener }) => listeners.has(listener));
  });
}

function leadsThere(rival: StrippedHttpRoute, { path, services }: ServedHost): boolean {
  const rule = rival.rules.find((each) => servedPaths(each).includes(path));
  if (rule === undefined || rule.redirects) return false;
  const theirs = backendServices({ ...rival, rules: [rule] });
  return theirs.size > 0 && [...theirs].every((service) => services.includes(service));
}

/** A route without a creation time, as in manifests, counts as the youngest. */
function byPrecedence({ meta: a }: StrippedHttpRoute, { meta: b }: StrippedHttpRoute): number {
  return (
    (a.createdAt || Number.MAX_SAFE_INTEGER) - (b.createdAt || Number.MAX_SAFE_INTEGER) ||
    byText(a.namespace, b.namespace) ||
    byText(a.name, b.name)
  );
}
