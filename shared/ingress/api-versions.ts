import type { ObjectKind } from './stripped.ts';

/** The one version of each kind whose fields we read. API servers have served all of them since Kubernetes 1.21. */
export const API_VERSIONS: Readonly<Record<ObjectKind, string>> = {
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  Service: 'v1',
  Namespace: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Deployment: 'apps/v1',
};

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
  return apiVersion === API_VERSIONS[kind] ? undefined : apiVersion;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
