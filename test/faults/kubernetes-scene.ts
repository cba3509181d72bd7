import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServedProcess } from '../support/served-process.ts';
import type { Cluster } from '../testbed/kubernetes/cluster.ts';
import type { Tampering, Upstream } from './faulty-proxy.ts';
import { publishedEntry } from './manifests.ts';
import { Truth, type Entry } from './truth.ts';

/** The address in every published Ingress. */
const ADDRESS = '127.0.0.1';
export const SERVICES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

/** What a proxy makes of the answers of an API server. */
export const ANSWERS: readonly { readonly fault: string; readonly tampering: Tampering; readonly how: string }[] = [
  { fault: 'answers garbage', tampering: 'garbage', how: 'a proxy answers 200 with random bytes as JSON' },
  { fault: 'answers 500', tampering: 'error', how: 'a proxy answers 500 with a page' },
  { fault: 'HTML with 200', tampering: 'page', how: 'a proxy answers with a login page' },
  { fault: 'truncated JSON', tampering: 'half', how: 'a proxy sends half of each answer, properly ended' },
  { fault: 'slow bytes', tampering: 'slow', how: 'a proxy sends a byte every 100 ms' },
  { fault: 'accepts and is silent', tampering: 'silent', how: 'a proxy accepts requests and answers none' },
  {
    fault: 'a relist that stays partial',
    tampering: 'half-relist',
    how: 'every watch is answered 410, lists have pages of 2 objects, and all but the first page are answered 500',
  },
];

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

/** Whether the services of a namespace are, whatever else is served. */
export async function areUp(served: ServedProcess): Promise<boolean> {
  const answers = await Promise.all(SERVICES.map((name) => served.get(`/eureka/apps/${name}`)));
  return answers.every(({ status, body }) => status === 200 && !body.includes('DOWN'));
}

export function requireUp(truth: Truth, namespace: string): void {
  for (const name of SERVICES) truth.require(...entryIn(namespace, name));
}

export function upstreamOf(cluster: Cluster): Upstream {
  return { origin: cluster.url, ca: readFileSync(cluster.caFile, 'utf8') };
}

/** A kubeconfig that leads to a proxy in front of the cluster, with an admin's token unless another one is given. */
export function kubeconfigThrough(
  directory: string,
  proxyUrl: string,
  cluster: Cluster,
  token = readFileSync(join(cluster.dir, 'pki', 'admin.token'), 'utf8').trim(),
): string {
  const file = join(directory, 'kubeconfig');
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
