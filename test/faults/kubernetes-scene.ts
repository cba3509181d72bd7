import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../testbed/kubernetes/cluster.ts';
import type { Upstream } from './faulty-proxy.ts';
import { publishedEntry } from './manifests.ts';
import { Truth, type Entry } from './truth.ts';

/** The address in every published Ingress. */
const ADDRESS = '127.0.0.1';
const SERVICES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

/** The objects of these services in a namespace, as YAML for kubectl. */
export function servicesYaml(namespace: string, names: readonly string[] = SERVICES): string {
  return names.map((name) => serviceYaml(namespace, name)).join('---');
}

function serviceYaml(namespace: string, name: string): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ port: 80 }]
endpoints: [{ addresses: [10.99.0.5], conditions: { ready: true } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: ${namespace}
  annotations: { eurek8s.io/publish: "true", eurek8s.io/address: ${ADDRESS} }
spec:
  rules:
    - host: ${name}.k8s.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
`;
}

export function entryIn(namespace: string, name: string): readonly [key: string, entry: Entry] {
  return publishedEntry('main', namespace, name, ADDRESS);
}

export function servicesTruth(namespace: string): Truth {
  return new Truth(SERVICES.map((name) => entryIn(namespace, name)));
}

/** Held, but without endpoints: the entries of the services may be DOWN, and must not go. */
export function allowDown(truth: Truth, namespace: string): void {
  for (const name of SERVICES) {
    const [key, { address }] = entryIn(namespace, name);
    truth.require(key, { address, statuses: ['UP', 'DOWN'] });
  }
}

export function requireUp(truth: Truth, namespace: string): void {
  for (const name of SERVICES) truth.require(...entryIn(namespace, name));
}

export function upstreamOf(cluster: Cluster): Upstream {
  return { origin: cluster.url, ca: readFileSync(cluster.caFile, 'utf8') };
}

/** A kubeconfig that leads to a proxy in front of the cluster, with an admin's token. */
export function kubeconfigThrough(directory: string, proxyUrl: string, cluster: Cluster): string {
  const file = join(directory, 'kubeconfig');
  const token = readFileSync(join(cluster.dir, 'pki', 'admin.token'), 'utf8').trim();
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'main', cluster: { server: proxyUrl, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'main', context: { cluster: 'main', user: 'admin' } }],
    'current-context': 'main',
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  return file;
}
