import type { ObjectKind } from './stripped.ts';

/** The one version of each kind whose fields we read. API servers have served those of Kubernetes since 1.21. */
export const API_VERSIONS: Readonly<Record<ObjectKind, string>> = {
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  Service: 'v1',
  Namespace: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Deployment: 'apps/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Gateway: 'gateway.networking.k8s.io/v1',
  GatewayClass: 'gateway.networking.k8s.io/v1',
  ReferenceGrant: 'gateway.networking.k8s.io/v1',
};

/** The last version before v1 of the Gateway API has the same fields; clusters serve ReferenceGrants in it to this day. */
const EQUAL_VERSION = 'gateway.networking.k8s.io/v1beta1';

/** The groups of Kubernetes itself, and `extensions`, the former group of Ingresses and Deployments. */
const KUBERNETES_GROUPS = new Set(['', 'extensions', ...Object.values(API_VERSIONS).map(groupOf)]);

/**
 * Whether objects of this version are of the kind that we know: a Service of Knative has nothing in common with ours
 * but its name.
 */
export function isKubernetesKind(apiVersion: string | undefined): boolean {
  return apiVersion === undefined || KUBERNETES_GROUPS.has(groupOf(apiVersion));
}

/** The version, if it is not the one that we read. List items have none. */
export function unreadVersion(kind: ObjectKind, apiVersion: string | undefined): string | undefined {
  const read = API_VERSIONS[kind];
  if (apiVersion === read || (apiVersion === EQUAL_VERSION && groupOf(read) === groupOf(EQUAL_VERSION)))
    return undefined;
  return apiVersion;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
