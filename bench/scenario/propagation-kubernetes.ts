import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubePatcher } from '../../test/support/kube-patch.ts';
import { startCluster } from '../../test/testbed/kubernetes/cluster.ts';
import { until } from '../../test/testbed/until.ts';
import { ask, keptConnections } from '../load/ask.ts';
import type { Bench } from '../section.ts';
import { startEurek8s } from '../subjects/eurek8s.ts';
import { seenAt, type Watched } from './seen.ts';
import { staged } from './staged.ts';
import type { Way } from './way.ts';

const NAMESPACE = 'bench';
const ROUNDS = 25;

const MANIFESTS = `
apiVersion: v1
kind: Service
metadata: { name: carol, namespace: ${NAMESPACE} }
spec: { ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: carol-1, namespace: ${NAMESPACE}, labels: { kubernetes.io/service-name: carol } }
addressType: IPv4
ports: [{ port: 80 }]
endpoints: [{ addresses: [10.99.0.5], conditions: { ready: true } }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: carol
  namespace: ${NAMESPACE}
  annotations: { eurek8s.io/publish: "true", eurek8s.io/address: 127.0.0.1 }
spec:
  rules:
    - host: carol.k8s.example.test
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: carol, port: { number: 80 } } } }] }
`;

/** Changes of a real API server's objects, in turns. */
export async function kubernetesPropagation(bench: Bench): Promise<readonly Way[]> {
  return staged(async (keep) => {
    const dir = join(bench.workDir, 'propagation-kubernetes');
    bench.say('propagation: a Kubernetes API server');
    const cluster = keep(
      await startCluster({ dir: join(dir, 'cluster'), roles: 'api', progress: (line) => bench.say(line) }),
    );
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    await cluster.apply(MANIFESTS);
    const config = { clusters: [{ name: 'main', kubeconfig: cluster.kubeconfig }] };
    const eurek8s = keep(await startEurek8s({ program: bench.program, dir, config }));
    const agent = keptConnections(4);
    const carol: Watched = { url: `${eurek8s.url}/eureka/apps/CAROL`, agent };
    await until('carol is served', async () => (await ask(carol.url)).status === 200);
    const patcher = new KubePatcher(cluster.kubeconfig, cluster.caFile);

    const changed = async (path: string, body: object, shown: string): Promise<number> => {
      // Asked from before the change is sent, so that the first answer that shows it is not missed.
      const [{ acceptedAt }, seen] = await Promise.all([
        patcher.patch(path, body),
        seenAt(carol, (answer) => answer.includes(shown)),
      ]);
      return Math.max(0, seen - acceptedAt);
    };
    const ingress: number[] = [];
    const endpoints: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      await sleep(20 + ((i * 37) % 200));
      const annotations = { 'eurek8s.io/metadata.round': `round-${i}` };
      const ingresses = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses/carol`;
      ingress.push(await changed(ingresses, { metadata: { annotations } }, `round-${i}`));
      const ready = i % 2 === 1;
      const slices = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/carol-1`;
      const slice = { endpoints: [{ addresses: ['10.99.0.5'], conditions: { ready } }] };
      endpoints.push(await changed(slices, slice, `"status":"${ready ? 'UP' : 'DOWN'}"`));
    }
    agent.destroy();
    patcher.close();
    return [
      { from: 'Ingress, from its acceptance', to: 'Eurek8s', samples: ingress },
      { from: 'EndpointSlice, from its acceptance', to: 'Eurek8s', samples: endpoints },
    ];
  });
}
