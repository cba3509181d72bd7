import { list, membersOf, number, object, oneOf, optional, text, truth, type Shape } from '../data/shape.ts';
import type { BackendPort, BalancerAddress, ObjectMeta } from '../ingress/stripped.ts';
import type {
  AllowedNamespaces,
  Condition,
  Listener,
  NamespaceRequirement,
  ParentRef,
  ParentStatus,
  RouteBackend,
  RouteMatch,
  RouteRule,
  StrippedGateway,
  StrippedHttpRoute,
  StrippedReferenceGrant,
} from '../ingress/stripped-gateway.ts';

const optionalText = optional(text);
const name = object<{ readonly namespace: string; readonly name: string }>({ namespace: text, name: text });
const parent = object<ParentRef>({ gateway: optional(name), sectionName: optionalText, port: optional(number) });
const condition = optional(object<Condition>({ status: text, reason: text, message: text }));
const match = object<RouteMatch>({ path: text, pathType: text, conditions: list(text) });

export const balancerAddresses = list(object<BalancerAddress>({ ip: optionalText, hostname: optionalText }));

export function httpRouteShape(meta: Shape<ObjectMeta>, port: Shape<BackendPort>): Shape<StrippedHttpRoute> {
  const backend = object<RouteBackend>({ service: optional(name), port: optional(port), weight: number });
  return object<StrippedHttpRoute>({
    kind: oneOf(['HTTPRoute']),
    meta,
    parents: list(parent),
    hostnames: list(text),
    rules: list(object<RouteRule>({ matches: list(match), redirects: truth, backends: list(backend) })),
    statuses: list(object<ParentStatus>({ parent, accepted: condition, resolvedRefs: condition })),
  });
}

const requirements = list(
  object<NamespaceRequirement>({
    operator: oneOf(['in', 'notin', 'exists', 'absent']),
    key: text,
    values: list(text),
  }),
);
const anyNamespaces = oneOf(['Same', 'All', 'None']);

const namespaces: Shape<AllowedNamespaces> = {
  write: (allowed) =>
    allowed.from === 'Selector'
      ? { from: allowed.from, requirements: requirements.write(allowed.requirements) }
      : { from: allowed.from },
  read: (json) => {
    const { from, requirements: written } = membersOf(json);
    return from === 'Selector'
      ? { from, requirements: requirements.read(written) }
      : { from: anyNamespaces.read(from) };
  },
};

export function gatewayShape(meta: Shape<ObjectMeta>): Shape<StrippedGateway> {
  return object<StrippedGateway>({
    kind: oneOf(['Gateway']),
    meta,
    className: text,
    listeners: list(
      object<Listener>({
        name: text,
        hostname: text,
        port: number,
        scheme: oneOf(['http', 'https', 'other']),
        protocol: text,
        namespaces,
        takesHttpRoutes: truth,
        complaints: list(text),
      }),
    ),
    addresses: balancerAddresses,
    complaints: list(text),
  });
}

const ALL = 'all';

const grantedServices: Shape<StrippedReferenceGrant['to']> = {
  write: (to) => to,
  read: (json) => (json === ALL ? ALL : list(text).read(json)),
};

export function grantShape(meta: Shape<ObjectMeta>): Shape<StrippedReferenceGrant> {
  return object<StrippedReferenceGrant>({
    kind: oneOf(['ReferenceGrant']),
    meta,
    from: list(text),
    to: grantedServices,
  });
}
