import type { SelectionConfig } from '../../../shared/config/config.ts';
import { GATEWAY_GROUP } from '../../../shared/ingress/strip-gateway.ts';
import type { ObjectKind } from '../../../shared/ingress/stripped.ts';

export interface Resource {
  readonly kind: ObjectKind;
  /** Empty for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly scope: 'namespaced' | 'cluster';
  /** The first Kubernetes release that serves it in the version that we read. */
  readonly since: string;
  /** The versions that have the fields we read, the one that we prefer first. */
  readonly versions: readonly string[];
}

const V1 = ['v1'] as const;

export const RESOURCES: Readonly<Record<ObjectKind, Resource>> = {
  Ingress: {
    kind: 'Ingress',
    group: 'networking.k8s.io',
    plural: 'ingresses',
    scope: 'namespaced',
    since: '1.19',
    versions: V1,
  },
  Service: { kind: 'Service', group: '', plural: 'services', scope: 'namespaced', since: '1.0', versions: V1 },
  EndpointSlice: {
    kind: 'EndpointSlice',
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    scope: 'namespaced',
    since: '1.21',
    versions: V1,
  },
  Deployment: {
    kind: 'Deployment',
    group: 'apps',
    plural: 'deployments',
    scope: 'namespaced',
    since: '1.9',
    versions: V1,
  },
  Namespace: { kind: 'Namespace', group: '', plural: 'namespaces', scope: 'cluster', since: '1.0', versions: V1 },
  IngressClass: {
    kind: 'IngressClass',
    group: 'networking.k8s.io',
    plural: 'ingressclasses',
    scope: 'cluster',
    since: '1.19',
    versions: V1,
  },
  HTTPRoute: gatewayApi('HTTPRoute', 'httproutes', 'namespaced'),
  Gateway: gatewayApi('Gateway', 'gateways', 'namespaced'),
  GatewayClass: gatewayApi('GatewayClass', 'gatewayclasses', 'cluster'),
  ReferenceGrant: gatewayApi('ReferenceGrant', 'referencegrants', 'namespaced', ['v1', 'v1beta1']),
};

/** The Gateway API is installed into a cluster, and may be removed. */
function gatewayApi(
  kind: ObjectKind,
  plural: string,
  scope: Resource['scope'],
  versions: Resource['versions'] = V1,
): Resource {
  return { kind, group: GATEWAY_GROUP, plural, scope, since: '1.26', versions };
}

/** One list-watch that the configuration requires. */
export interface WatchPlan {
  readonly resource: Resource;
  /** `undefined` for all namespaces, and for a cluster-scoped kind. */
  readonly namespace: string | undefined;
  readonly need:
    /** `by`: the option that makes it required, where it would be optional otherwise. */
    | { readonly kind: 'required'; readonly by?: string }
    /** One of several namespaces: required only for what is in that namespace. */
    | { readonly kind: 'part' }
    /** The source works without it when it is forbidden. `without`: what does not work then, for people. */
    | { readonly kind: 'optional'; readonly without: string }
    /** The same, and many API servers do not have it. */
    | { readonly kind: 'extension'; readonly without: string };
  /** Of the API; absent: v1. */
  readonly version?: string;
}

/**
 * What to watch. Each named namespace has watches of its own, so that a Role in each of them suffices. Cluster-scoped
 * kinds, which no Role can grant, are then optional.
 */
export function watchPlans(selection: SelectionConfig, health: 'endpoints' | 'deployment'): readonly WatchPlan[] {
  const kinds: readonly ObjectKind[] = [
    'Ingress',
    'Service',
    'EndpointSlice',
    ...(health === 'deployment' ? (['Deployment'] as const) : []),
  ];
  const namespaces = selection.namespaces.length === 0 ? [undefined] : [...new Set(selection.namespaces)];
  const restricted = selection.namespaces.length > 0;
  const need = { kind: namespaces.length > 1 ? 'part' : 'required' } as const;
  return [
    ...kinds.flatMap((kind) => namespaces.map((namespace) => ({ resource: RESOURCES[kind], namespace, need }))),
    { resource: RESOURCES.Namespace, namespace: undefined, need: namespaceNeed(restricted, selection) },
    { resource: RESOURCES.IngressClass, namespace: undefined, need: classNeed(restricted, selection) },
    ...namespaces.map((namespace) => extension('HTTPRoute', namespace, 'HTTPRoutes are not published')),
    // Most often they are in another namespace than the HTTPRoutes.
    extension('Gateway', undefined, 'HTTPRoutes are refused, as their Gateways are not known'),
    extension('GatewayClass', undefined, 'conditions of GatewayClasses are not shown'),
    ...namespaces.map((namespace) =>
      extension('ReferenceGrant', namespace, 'HTTPRoutes that lead to Services of other namespaces are refused'),
    ),
  ];
}

function extension(kind: ObjectKind, namespace: string | undefined, without: string): WatchPlan {
  return { resource: RESOURCES[kind], namespace, need: { kind: 'extension', without } };
}

function namespaceNeed(restricted: boolean, selection: SelectionConfig): WatchPlan['need'] {
  // Without the Namespaces a label selector cannot be evaluated, and guessing would publish or drop Ingresses at
  // random.
  if (selection.namespaceSelector !== '') return { kind: 'required', by: 'selection.namespaceSelector' };
  if (!restricted) return { kind: 'required' };
  return { kind: 'optional', without: 'annotations on Namespaces are not seen' };
}

function classNeed(restricted: boolean, selection: SelectionConfig): WatchPlan['need'] {
  if (!restricted) return { kind: 'required' };
  const needed = selection.ingressClasses.length > 0;
  return {
    kind: 'optional',
    without: `the default class is not known${needed ? ', so Ingresses without a class match no selection.ingressClasses' : ''}`,
  };
}

/** A resource, everywhere or in one namespace. */
export interface Place {
  readonly resource: Pick<Resource, 'group' | 'plural'>;
  readonly namespace: string | undefined;
}

/** The path at which the objects of a plan are listed and watched, to be appended to the server's URL. */
export function planPath(plan: WatchPlan): string {
  const { plural } = plan.resource;
  const base = groupPath(plan.resource, plan.version);
  return plan.namespace === undefined
    ? `${base}/${plural}`
    : `${base}/namespaces/${encodeURIComponent(plan.namespace)}/${plural}`;
}

/** The path at which an API server lists the resources of the group. */
export function groupPath({ group }: Resource, version = 'v1'): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** The name as RBAC and kubectl write it: `ingresses.networking.k8s.io`, with the namespace if there is one. */
export function planName(plan: Place): string {
  const { group, plural } = plan.resource;
  const name = group === '' ? plural : `${plural}.${group}`;
  return plan.namespace === undefined ? name : `${name} in namespace ${plan.namespace}`;
}
