import { serviceIn } from './backend.ts';
import type { Candidate, StrippedIngress, StrippedObject } from './stripped.ts';
import type { StrippedHttpRoute } from './stripped-gateway.ts';

/**
 * `namespace/name`, with an empty namespace for cluster-scoped kinds. Unique within a kind, because names contain no
 * slash.
 */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** Unique within a kind, and of Ingresses and HTTPRoutes also between the two: they are followed side by side. */
export function objectKey({ kind, meta }: StrippedObject): string {
  return kind === 'HTTPRoute' ? routeKeyOf(meta.namespace, meta.name) : keyOf(meta.namespace, meta.name);
}

/** `namespace/httproute/name`. */
export function routeKeyOf(namespace: string, name: string): string {
  return `${namespace}/httproute/${name}`;
}

/** Every Service that a candidate names, each once, as `namespace/service`. */
export function backendServices(candidate: Candidate): ReadonlySet<string> {
  return new Set(candidate.kind === 'Ingress' ? servicesOfIngress(candidate) : servicesOfRoute(candidate));
}

function servicesOfIngress({ rules, defaultBackend, meta }: StrippedIngress): readonly string[] {
  const backends = rules.flatMap(({ paths = [] }) => paths.map(({ backend }) => backend));
  return [defaultBackend, ...backends].flatMap((backend) => {
    const service = serviceIn(backend);
    return service === undefined ? [] : keyOf(meta.namespace, service.service);
  });
}

function servicesOfRoute({ rules }: StrippedHttpRoute): readonly string[] {
  const backends = rules.flatMap((rule) => rule.backends);
  return backends.flatMap(({ service }) => (service === undefined ? [] : keyOf(service.namespace, service.name)));
}
