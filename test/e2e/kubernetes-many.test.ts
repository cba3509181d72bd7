import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRegistry } from '../support/eureka-rest.ts';
import { endpointSlice, ingress, service } from '../support/fake-kubernetes/objects.ts';
import { KubePatcher } from '../support/kube-patch.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const NAMESPACE = 'shop';
const NAMES = Array.from({ length: 200 }, (_, n) => `service-${n}`);
/** As a deployment tool does. */
const AT_ONCE = 8;
const EVERY_MS = 20;

const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
const SLICES = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`;
const INGRESSES = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`;

interface Followed {
  /** Milliseconds from the acceptance of the last change to the answer that shows all. */
  readonly fromLast: number;
  /** The same for each application by itself: the longest. */
  readonly longest: number;
  /** What the API server took to accept all of them. */
  readonly accepting: number;
}

describe('two hundred services at once, on a real API server', { timeout: 600_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-many-'));
  let cluster: Cluster;
  let product: Product;
  let api: KubePatcher;

  before(async () => {
    cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'api' });
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    product = await startProduct({
      dir: join(dir, 'product'),
      config: {
        clusters: [{ name: 'main', kubeconfig: cluster.kubeconfig }],
        addresses: { traefik: ['10.1.2.3'] },
      },
    });
    await until('reads are answered', () => product.ready());
    api = new KubePatcher(cluster.kubeconfig, cluster.caFile);
  });
  after(async () => {
    api?.close();
    await product?.stop();
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('created: all are served as soon as they are ready', async (t) => {
    const ready = await all(async (name) => {
      await api.create(SERVICES, { apiVersion: 'v1', ...service(NAMESPACE, name) });
      await api.create(INGRESSES, { apiVersion: 'networking.k8s.io/v1', ...ingress(NAMESPACE, name) });
      return api.create(SLICES, { apiVersion: 'discovery.k8s.io/v1', ...endpointSlice(NAMESPACE, name, 2) });
    }, 'UP');
    report(t, 'all created: from the last one ready until all are UP', ready);
  });

  test('scaled to zero: all are DOWN as soon as their endpoints are gone, and none is missing', async (t) => {
    const gone = await all((name) => api.patch(`${SLICES}/${name}-x1`, { endpoints: [] }), 'DOWN');
    report(t, 'all scaled to zero: from the last endpoints gone until all are DOWN', gone);
  });

  test('scaled up again: all are UP', async (t) => {
    const { endpoints } = endpointSlice(NAMESPACE, 'any', 1);
    const ready = await all((name) => api.patch(`${SLICES}/${name}-x1`, { endpoints }), 'UP');
    report(t, 'all scaled up: from the last one ready until all are UP', ready);
  });

  /** Changes all of them, and reads the whole registry again and again until each has this status. */
  async function all(
    change: (name: string) => Promise<{ readonly acceptedAt: number }>,
    status: 'UP' | 'DOWN',
  ): Promise<Followed> {
    const from = performance.now();
    const accepted = new Map<string, number>();
    const shown = new Map<string, number>();
    const queue = NAMES.values();
    const worker = async (): Promise<void> => {
      for (const name of queue) accepted.set(name.toUpperCase(), (await change(name)).acceptedAt);
    };
    const watch = async (): Promise<void> => {
      for (const deadline = performance.now() + 300_000; shown.size < NAMES.length; await sleep(EVERY_MS)) {
        assert.ok(performance.now() < deadline, `${shown.size} of ${NAMES.length} are ${status}`);
        const registry = await readRegistry(product.eureka);
        const at = performance.now();
        for (const [app, instances] of registry)
          if (!shown.has(app) && instances.every((each) => each.status === status)) shown.set(app, at);
      }
    };
    await Promise.all([watch(), ...Array.from({ length: AT_ONCE }, worker)]);
    assert.equal((await readRegistry(product.eureka)).size, NAMES.length);
    const last = Math.max(...accepted.values());
    return {
      fromLast: Math.max(0, Math.max(...shown.values()) - last),
      longest: Math.max(...Array.from(accepted, ([app, at]) => (shown.get(app) ?? Number.NaN) - at)),
      accepting: last - from,
    };
  }
});

function report(t: TestContext, what: string, { fromLast, longest, accepting }: Followed): void {
  const ms = (value: number): string => `${Math.round(value)} ms`;
  t.diagnostic(`${what}: ${ms(fromLast)}; one application: ${ms(longest)} at most (accepted within ${ms(accepting)})`);
}
