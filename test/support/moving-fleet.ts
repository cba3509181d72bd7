import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { until } from '../testbed/until.ts';
import { terminalAt, type Terminal } from './command-line.ts';
import { FakeEureka, registration } from './fake-eureka.ts';
import type { FakeKubernetes } from './fake-kubernetes.ts';
import { clusterOnDisk } from './fake-kubernetes/served-cluster.ts';
import { httpRequest } from './http-request.ts';
import { serveForTest } from './running-server.ts';

/** A fleet on its way: a legacy with instances, a cluster, Eurek8s in front, and callers that ask it. */
export interface MovingFleet {
  readonly legacy: FakeEureka;
  readonly cluster: FakeKubernetes;
  readonly url: string;
  readonly terminal: Terminal;
  /** One poll of a client at an address: everything, and what it calls. */
  readonly poll: (address: string, ...vips: readonly string[]) => Promise<void>;
}

/** By application the addresses of its instances; their ids are `orders-1` and so on. */
export type Registered = Readonly<Record<string, readonly string[]>>;

export function registerAll(legacy: FakeEureka, registered: Registered): void {
  for (const [app, addresses] of Object.entries(registered))
    for (const [i, ipAddr] of addresses.entries())
      legacy.registry.register(registration(app, `${app.toLowerCase()}-${i + 1}`, { ipAddr }));
}

export async function movingFleet(t: TestContext, registered: Registered): Promise<MovingFleet> {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  registerAll(legacy, registered);
  const { fake: cluster, kubeconfig } = await clusterOnDisk(t);
  const { url } = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      'legacy.urls': [legacy.url],
      'legacy.pollInterval': ['100ms'],
      clusters: [JSON.stringify([{ name: 'main', kubeconfig }])],
      'selection.ingressClasses': ['traefik'],
      'overlay.cidrs': ['10.42.0.0/16'],
      'guards.grace': ['1h'],
      // Callers have addresses of their own here.
      'listen.trustedProxies': ['127.0.0.1'],
    },
  });
  await until('reads are answered', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  return {
    legacy,
    cluster,
    url,
    terminal: terminalAt(url),
    poll: async (address, ...vips) => {
      for (const path of ['apps', ...vips.map((vip) => `vips/${vip}`)]) {
        const { status } = await httpRequest(`${url}/eureka/${path}`, {
          headers: {
            'x-forwarded-for': address,
            'user-agent': 'Java-EurekaClient/v1.10.17',
            accept: 'application/json',
          },
        });
        assert.equal(status, 200, path);
      }
    },
  };
}
