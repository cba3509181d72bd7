import type { ClusterClient } from './client.ts';

interface Ingresses {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string };
    readonly spec: { readonly rules?: readonly Rule[] };
  }[];
}

interface Rule {
  readonly host?: string;
  readonly http?: { readonly paths: readonly { readonly backend: Backend }[] };
}

interface Backend {
  readonly service?: { readonly name: string; readonly port: { readonly number?: number; readonly name?: string } };
}

interface Services {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec: { readonly clusterIP?: string; readonly ports?: readonly { name?: string; port: number }[] };
  }[];
}

/**
 * The routes that an ingress controller would make of the cluster's Ingresses: host to `http://CLUSTER-IP:PORT` of the
 * Service behind its first path. Cluster IPs are loopback addresses here, so real backends can listen on them. The
 * readiness of Pods is ignored.
 */
export async function ingressRoutes(cluster: ClusterClient): Promise<ReadonlyMap<string, string>> {
  const ingresses = await cluster.get<Ingresses>(['ingress', '--all-namespaces']);
  const services = await cluster.get<Services>(['service', '--all-namespaces']);
  const specs = new Map(services.items.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec]));
  const routes = new Map<string, string>();
  for (const { metadata, spec } of ingresses.items) {
    for (const { host, http } of spec.rules ?? []) {
      const backend = http?.paths[0]?.backend.service;
      const service = backend && specs.get(`${metadata.namespace}/${backend.name}`);
      const port = backend?.port.number ?? service?.ports?.find(({ name }) => name === backend?.port.name)?.port;
      if (host === undefined || service?.clusterIP === undefined || port === undefined) continue;
      routes.set(host, `http://${service.clusterIP}:${port}`);
    }
  }
  return routes;
}
