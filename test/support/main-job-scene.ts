import { join } from 'node:path';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { deployedService } from '../testbed/kubernetes/deployed-service.ts';
import { ingressRoutes } from '../testbed/kubernetes/ingress-routes.ts';
import { startIngressProxy, type IngressProxy } from '../testbed/nginx.ts';
import { freePort } from '../testbed/ports.ts';

export const NAMESPACE = 'shop';
/** The fixed cluster IPs of the Services. Real backends listen there. */
const CLUSTER_IPS: Readonly<Record<string, string>> = {
  alice: '127.96.0.81',
  carol: '127.96.0.82',
  dave: '127.96.0.83',
};
const CHART = join(import.meta.dirname, '..', '..', 'helm', 'eurek8s');

export function hostOf(service: string): string {
  return `${service}.k8s.example.test`;
}

/** Real parts: a stock Eureka, an API server with its controllers, an ingress proxy, and backends. */
export interface MainJobScene {
  readonly cluster: Cluster;
  readonly proxy: IngressProxy;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly kubernetesPort: number;
  /** A kubeconfig with exactly the rights that the chart grants to its ServiceAccount. */
  readonly chartKubeconfig: string;
  /** Creates Deployment, Service and Ingress of a service, and routes its host. */
  deploy(service: string, options?: { readonly replicas?: number; readonly host?: string }): Promise<void>;
  startEureka(port?: number): Promise<Eureka>;
  stop(): Promise<void>;
}

export async function startMainJobScene(dir: string, progress: (line: string) => void): Promise<MainJobScene> {
  const stops: (() => Promise<void>)[] = [];
  const backends = new Map<string, Backend>();
  const backend = async (name: string, host?: string, port?: number): Promise<void> => {
    const started = await startBackend({
      name,
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
    });
    backends.set(name, started);
    stops.push(() => started.stop());
  };
  const kubernetesPort = await freePort();
  for (const name of ['bob-1', 'alice-1', 'alice-2']) await backend(name);
  for (const [service, ip] of Object.entries(CLUSTER_IPS)) await backend(`${service}-pods`, ip, kubernetesPort);

  const cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'full', progress });
  stops.push(() => cluster.stop());
  const proxy = await startIngressProxy({ dir: join(dir, 'nginx'), routes: new Map() });
  stops.push(() => proxy.stop());
  await cluster.kubectl(['create', 'namespace', NAMESPACE]);
  await cluster.kubectl(['create', 'namespace', 'eurek8s']);
  await cluster.helm(['install', 'eurek8s', CHART, '--namespace', 'eurek8s']);
  const chartKubeconfig = await cluster.kubeconfigFor({ namespace: 'eurek8s', name: 'eurek8s' });

  return {
    cluster,
    proxy,
    backends,
    kubernetesPort,
    chartKubeconfig,
    deploy: async (service, { replicas = 2, host = hostOf(service) } = {}) => {
      const ip = CLUSTER_IPS[service];
      if (ip === undefined) throw new Error(`${service} has no backend`);
      await cluster.apply(manifests(service, ip, kubernetesPort, proxy.port, replicas, host));
      await proxy.setRoutes(await ingressRoutes(cluster));
    },
    startEureka: async (port) => {
      const eureka = await startEureka({
        generation: 'hoxton',
        dir: join(dir, 'eureka'),
        ...(port !== undefined && { port }),
        progress,
      });
      stops.push(() => eureka.stop());
      return eureka;
    },
    stop: async () => {
      for (const stop of stops.toReversed()) await stop();
    },
  };
}

function manifests(
  service: string,
  ip: string,
  port: number,
  proxyPort: number,
  replicas: number,
  host: string,
): string {
  return `${deployedService({ name: service, namespace: NAMESPACE, replicas, port, clusterIp: ip })}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${service}
  namespace: ${NAMESPACE}
  annotations:
    eurek8s.io/publish: "true"
    eurek8s.io/address: 127.0.0.1
    eurek8s.io/port: "${proxyPort}"
spec:
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${service}, port: { number: ${port} } } } }] }
`;
}
