import { setTimeout as sleep } from 'node:timers/promises';
import type { KubePatcher } from './kube-patch.ts';
import { PATIENCE_MS } from '../testbed/until.ts';

/** How long an answer may take to show a change before it counts as lost. */
const LIMIT_MS = PATIENCE_MS;
const POLL_MS = 1;

/** The application of `followedObjects`. */
export const FOLLOWED_APP = 'CAROL';

/** A change of one of the followed objects, and how an answer of the application shows it. */
export interface FollowedChange {
  /** Below the address of the API server. */
  readonly path: string;
  /** A merge patch. */
  readonly body: object;
  readonly shows: (answer: string) => boolean;
}

/** Milliseconds until the first complete answer that shows the change. */
export interface FollowedTimes {
  readonly fromSent: number;
  readonly fromAccepted: number;
}

/** The manifests of one published Ingress with a ready endpoint. */
export function followedObjects(namespace: string): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: carol, namespace: ${namespace} }
spec: { ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: carol-1, namespace: ${namespace}, labels: { kubernetes.io/service-name: carol } }
addressType: IPv4
ports: [{ port: 80 }]
endpoints: [{ addresses: [10.99.0.5], conditions: { ready: true } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: carol
  namespace: ${namespace}
  annotations: { eurek8s.io/publish: "true", eurek8s.io/address: 127.0.0.1 }
spec:
  rules:
    - host: carol.k8s.example.test
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: carol, port: { number: 80 } } } }] }
`;
}

/** Writes `mark`, which no answer has yet, into the metadata of the entry. */
export function ingressChange(namespace: string, mark: string): FollowedChange {
  return {
    path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/carol`,
    body: { metadata: { annotations: { 'eurek8s.io/metadata.round': mark } } },
    shows: (answer) => answer.includes(mark),
  };
}

/** Makes the entry UP or DOWN by its only endpoint. */
export function endpointChange(namespace: string, ready: boolean): FollowedChange {
  return {
    path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/carol-1`,
    body: { endpoints: [{ addresses: ['10.99.0.5'], conditions: { ready } }] },
    shows: (answer) => answer.includes(`"status":"${ready ? 'UP' : 'DOWN'}"`),
  };
}

/** Makes a change at the API server and follows it into the answers. */
export async function follow(
  patcher: KubePatcher,
  { path, body, shows }: FollowedChange,
  read: () => Promise<string>,
): Promise<FollowedTimes> {
  // Read from before the change is sent, so that the first answer that shows it is not missed.
  const [{ sentAt, acceptedAt }, shownAt] = await Promise.all([patcher.patch(path, body), firstShown(read, shows)]);
  return { fromSent: shownAt - sentAt, fromAccepted: Math.max(0, shownAt - acceptedAt) };
}

/** Reads answers one after the other. Resolves with the moment (monotonic) at which one that shows the change was read. */
export async function firstShown(read: () => Promise<string>, shows: (answer: string) => boolean): Promise<number> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end; await sleep(POLL_MS))
    if (shows(await read())) return performance.now();
  throw new Error(`no answer showed the change within ${LIMIT_MS} ms`);
}
