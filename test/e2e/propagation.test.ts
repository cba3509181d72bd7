import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubePatcher } from '../support/kube-patch.ts';
import { NAMESPACE } from '../support/main-job-scene.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const CHANGES = 50;
/** Milliseconds from the API server's acceptance to the changed answer on our port. */
const WORST_ALLOWED = 250;

/** Milliseconds from acceptance, and from sending the request, to the first answer that shows the change. */
interface Sample {
  readonly fromAccepted: number;
  readonly fromSent: number;
}

describe('from a change in the cluster to our answer', { timeout: 600_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-propagation-'));
  const agent = new Agent({ keepAlive: true });
  let cluster: Cluster;
  let product: Product;
  let patcher: KubePatcher;

  before(async () => {
    cluster = await startCluster({
      dir: join(dir, 'cluster'),
      roles: 'api',
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    await cluster.apply(manifests());
    patcher = new KubePatcher(cluster.kubeconfig, cluster.caFile);
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { clusters: [{ name: 'main', kubeconfig: cluster.kubeconfig }] },
    });
    await until('carol is served', async () => (await carol()).includes('"status":"UP"'));
  });

  after(async () => {
    agent.destroy();
    patcher?.close();
    await product?.stop();
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function carol(): Promise<string> {
    return new Promise((resolve, reject) => {
      get(`${product.eureka}/apps/CAROL`, { agent, headers: { accept: 'application/json' } }, (answer) => {
        text(answer).then(resolve, reject);
      }).once('error', reject);
    });
  }

  async function measure(
    patch: () => ReturnType<KubePatcher['patch']>,
    shows: (body: string) => boolean,
  ): Promise<Sample> {
    let done = false;
    // Asked all the time from before the change is sent: what is measured is the first answer that shows it.
    const seen = (async (): Promise<number> => {
      while (!done) {
        const body = await carol();
        if (shows(body)) return performance.now();
        await sleep(1);
      }
      throw new Error('the change was not seen within 10 s');
    })();
    const timer = setTimeout(() => (done = true), 10_000);
    const [{ sentAt, acceptedAt }, seenAt] = await Promise.all([patch(), seen]);
    clearTimeout(timer);
    return { fromAccepted: Math.max(0, seenAt - acceptedAt), fromSent: seenAt - sentAt };
  }

  async function rounds(): Promise<readonly Sample[]> {
    const samples: Sample[] = [];
    const ingress = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses/carol`;
    const slice = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/carol-1`;
    const round = `${Date.now()}`;
    for (let i = 0; i < CHANGES; i++) {
      if (i % 2 === 0) {
        const mark = `r${round}-${i}`;
        const body = { metadata: { annotations: { 'eurek8s.io/metadata.round': mark } } };
        samples.push(
          await measure(
            () => patcher.patch(ingress, body),
            (shown) => shown.includes(mark),
          ),
        );
      } else {
        // Ready and not ready in turns: the other object that entries depend on.
        const ready = i % 4 === 3;
        const body = { endpoints: [{ addresses: ['10.99.0.5'], conditions: { ready } }] };
        const wanted = `"status":"${ready ? 'UP' : 'DOWN'}"`;
        samples.push(
          await measure(
            () => patcher.patch(slice, body),
            (shown) => shown.includes(wanted),
          ),
        );
      }
      await sleep(20 + ((i * 37) % 200));
    }
    return samples;
  }

  test(`${CHANGES} changes, worst at most ${WORST_ALLOWED} ms after the API server accepted it`, async (t) => {
    const report = (samples: readonly Sample[]): number => {
      const sorted = samples.map(({ fromAccepted }) => fromAccepted).toSorted((a, b) => a - b);
      const sent = samples.map(({ fromSent }) => fromSent).toSorted((a, b) => a - b);
      const at = (list: readonly number[], share: number): string =>
        (list[Math.floor((list.length - 1) * share)] ?? 0).toFixed(1);
      t.diagnostic(
        `${samples.length} changes: from accepted to answered median ${at(sorted, 0.5)} ms, p90 ${at(sorted, 0.9)} ms, worst ${at(sorted, 1)} ms; ` +
          `from sending the change median ${at(sent, 0.5)} ms, worst ${at(sent, 1)} ms`,
      );
      return sorted.at(-1) ?? Number.POSITIVE_INFINITY;
    };
    // A machine that does something else for a moment is no fault of ours: a miss is measured once more, and both print.
    const worst = report(await rounds());
    if (worst > WORST_ALLOWED) assert.ok(report(await rounds()) <= WORST_ALLOWED, 'missed twice');
  });
});

function manifests(): string {
  return `
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
}
