import { intersectHostnames } from '../address/hostname-pattern.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { ObjectView } from '../ingress/cluster-objects.ts';
import { keyOf } from '../ingress/object-key.ts';
import type { Listener, ParentRef, StrippedGateway, StrippedHttpRoute } from '../ingress/stripped-gateway.ts';
import { versionRefusal } from '../ingress/unread-version.ts';
import { ok, type Result } from '../result.ts';
import { verdictOn, type Verdict } from './acceptance.ts';
import { admitsNamespace } from './allowed-namespaces.ts';

/** A listener that hands calls to a route. */
export interface Attachment {
  readonly gateway: StrippedGateway;
  readonly listener: Listener;
  /** The host patterns of these calls, in the order of the route's; empty for every host. */
  readonly hosts: readonly string[];
  readonly verdict: Exclude<Verdict, { readonly kind: 'rejected' }>;
}

/** The listeners of one parent that the route is attached to. The error is a refusal. */
export function attachTo(
  route: StrippedHttpRoute,
  parent: ParentRef,
  objects: ObjectView,
): Result<readonly Attachment[], RefusalCause> {
  if (parent.gateway === undefined) return refused('no-gateway', 'a parent is no Gateway');
  const name = keyOf(parent.gateway.namespace, parent.gateway.name);
  const gateway = objects.gateway(parent.gateway.namespace, parent.gateway.name);
  if (gateway === undefined || gateway.meta.deleting)
    return refused(
      'gateway-not-found',
      gateway === undefined
        ? `Gateway ${name} is not there, or may not be read: create it or correct parentRefs`
        : `Gateway ${name} is being deleted: create it anew or correct parentRefs`,
    );
  if (gateway.meta.unreadVersion !== undefined) return { ok: false, error: versionRefusal(gateway) };
  const verdict = verdictOn(route, parent);
  if (verdict.kind === 'rejected')
    return refused('not-accepted', `Gateway ${name} does not accept the HTTPRoute: ${verdict.reason}`);
  const listeners = matchListeners(route, parent, gateway, verdict, objects);
  if (!listeners.ok)
    return refused('no-listener', `no listener of Gateway ${name} takes the HTTPRoute: ${listeners.error}`);
  return ok(listeners.value.map(({ listener, hosts }) => ({ gateway, listener, hosts, verdict })));
}

/** The listeners that match, by what the Gateway and the route say. The error is the first condition that none meets. */
function matchListeners(
  route: StrippedHttpRoute,
  { sectionName, port }: ParentRef,
  gateway: StrippedGateway,
  verdict: Attachment['verdict'],
  objects: ObjectView,
): Result<readonly Pick<Attachment, 'listener' | 'hosts'>[], string> {
  const { namespace } = route.meta;
  const named = gateway.listeners.filter(({ name }) => sectionName === undefined || name === sectionName);
  if (named.length === 0)
    return none(
      sectionName === undefined
        ? 'it has none'
        : `sectionName is ${sectionName}, and it has ${gateway.listeners.map(({ name }) => name).join(', ') || 'none'}`,
    );
  const onPort = named.filter((listener) => port === undefined || listener.port === port);
  if (onPort.length === 0) return none(`port is ${port}, and it has ${named.map((each) => each.port).join(', ')}`);
  const speaking = onPort.filter(({ scheme, takesHttpRoutes }) => scheme !== 'other' && takesHttpRoutes);
  if (speaking.length === 0)
    return none(
      `${onPort.map(({ name, protocol }) => `${name} (${protocol})`).join(', ')} passes no HTTP to HTTPRoutes`,
    );
  const open = speaking.filter((listener) => admitsNamespace(listener, gateway, namespace, verdict, objects));
  if (open.length === 0)
    return none(`allowedRoutes of ${speaking.map(({ name }) => name).join(', ')} leaves out namespace ${namespace}`);
  const matched = open
    .map((listener) => ({ listener, hosts: sharedHosts(listener, route) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (matched.length > 0) return ok(matched);
  return none(
    `it has hosts ${open.map(({ hostname }) => hostname).join(', ')}, the HTTPRoute ${route.hostnames.join(', ')}`,
  );
}

function none(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}

function sharedHosts({ hostname }: Listener, { hostnames }: StrippedHttpRoute): readonly string[] {
  if (hostnames.length === 0) return [hostname];
  return [...new Set(hostnames.flatMap((host) => intersectHostnames(hostname, host) ?? []))];
}
