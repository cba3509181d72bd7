import { serviceIn } from './backend.ts';
import type { StrippedIngress, StrippedObject } from './stripped.ts';

/**
 * `namespace/name`, with an empty namespace for cluster-scoped kinds. Unique within a kind, because names contain no
 * slash.
 */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function objectKey({ meta }: StrippedObject): string {
  return keyOf(meta.namespace, meta.name);
}

/** Every Service that an Ingress names, each once. */
export function backendServices(ingress: StrippedIngress): ReadonlySet<string> {
  const names = new Set<string>();
  const backends = ingress.rules.flatMap(({ paths = [] }) => paths.map(({ backend }) => backend));
  for (const backend of [ingress.defaultBackend, ...backends]) {
    const service = serviceIn(backend);
    if (service !== undefined) names.add(service.service);
  }
  return names;
}
