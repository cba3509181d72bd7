import type { StrippedIngress, StrippedObject } from './stripped.ts';

/** `namespace/name`, with an empty namespace for cluster-scoped kinds: unique within a kind, as names have no slash. */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function objectKey({ meta }: StrippedObject): string {
  return keyOf(meta.namespace, meta.name);
}

/** Every Service an Ingress names, each once. */
export function backendServices(ingress: StrippedIngress): ReadonlySet<string> {
  const names = new Set<string>();
  if (ingress.defaultBackend !== undefined) names.add(ingress.defaultBackend.service);
  for (const rule of ingress.rules)
    for (const { backend } of rule.paths ?? []) if (backend !== undefined) names.add(backend.service);
  return names;
}
