import type { ClusterClient } from './client.ts';
import type { Cluster } from './cluster.ts';

interface HttpRoutes {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string; readonly generation: number };
    readonly spec: {
      readonly hostnames?: readonly string[];
      readonly parentRefs?: readonly object[];
      readonly rules?: readonly {
        readonly backendRefs?: readonly { readonly name: string; readonly port: number }[];
      }[];
    };
  }[];
}

/** Installs the definitions of the Gateway API; resolves when the API server serves its kinds. */
export async function installGatewayApi(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['apply', '--server-side', '-f', cluster.programs.gatewayCrdsFile]);
  const plurals = ['httproutes', 'gateways', 'gatewayclasses', 'referencegrants'];
  const definitions = plurals.map((plural) => `crd/${plural}.gateway.networking.k8s.io`);
  await cluster.kubectl(['wait', '--for=condition=Established', ...definitions]);
}

/**
 * The routes that a Gateway's controller would make of the cluster's HTTPRoutes: host to `http://CLUSTER-IP:PORT` of the
 * first backend, a Service of the same namespace.
 */
export async function gatewayRoutes(cluster: ClusterClient): Promise<ReadonlyMap<string, string>> {
  const { items } = await cluster.get<HttpRoutes>(['httproutes', '--all-namespaces']);
  const routes = new Map<string, string>();
  for (const { metadata, spec } of items) {
    const backend = spec.rules?.[0]?.backendRefs?.[0];
    if (backend === undefined) continue;
    const service = ['service', backend.name, '-n', metadata.namespace];
    const { clusterIP } = (await cluster.get<{ readonly spec: { readonly clusterIP: string } }>(service)).spec;
    for (const host of spec.hostnames ?? []) routes.set(host, `http://${clusterIP}:${backend.port}`);
  }
  return routes;
}

/** Says of every HTTPRoute that its parents have accepted it, as their controller would. */
export async function acceptHttpRoutes(cluster: ClusterClient): Promise<void> {
  const { items } = await cluster.get<HttpRoutes>(['httproutes', '--all-namespaces']);
  for (const { metadata, spec } of items) {
    const condition = {
      type: 'Accepted',
      status: 'True',
      reason: 'Accepted',
      message: '',
      observedGeneration: metadata.generation,
      lastTransitionTime: '2026-03-01T10:00:00Z',
    };
    const parents = (spec.parentRefs ?? []).map((parentRef) => ({
      parentRef,
      controllerName: 'example.com/gateway',
      conditions: [condition],
    }));
    const change = JSON.stringify({ status: { parents } });
    const object = ['httproute', metadata.name, '-n', metadata.namespace];
    await cluster.kubectl(['patch', ...object, '--subresource=status', '--type=merge', '-p', change]);
  }
}
