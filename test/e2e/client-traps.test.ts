import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { remoteStatus } from '../support/actuator-health.ts';
import { cancelInstance, overrideStatus, readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { startGateway, startRegisteredZuul } from '../testbed/clients/spring.ts';
import { startNetflixClient, startRibbonClient, type RibbonClient } from '../testbed/java/clients.ts';
import { startEureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const HOST = 'orders.k8s.example.test';
const REAL = ['orders-1', 'orders-2', 'orders-3'] as const;
const CALLS = 90;

describe('traps that only a real caller shows', { timeout: 300_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-client-traps-'));
  const manifests = join(dir, 'manifests');
  const backends = new Map<string, Backend>();
  let product: Product;
  let ribbon: RibbonClient;

  before(async () => {
    mkdirSync(manifests);
    for (const name of [...REAL, 'ingress']) backends.set(name, await startBackend({ name }));
    writeFileSync(join(manifests, 'orders.yaml'), manifest(backends.get('ingress')?.port ?? 0));
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { leases: { enabled: true }, manifests: [{ name: 'local', directory: manifests }] },
    });
    await until('ready', () => product.ready());
    for (const id of REAL)
      await registerInstance(product.eureka, { app: 'orders', id, port: backends.get(id)?.port ?? 0, zone: 'zone1' });
    ribbon = await startRibbonClient({
      eurekaUrl: product.eureka,
      dir: join(dir, 'ribbon'),
      hosts: { [HOST]: '127.0.0.1' },
      // A caller that knows its zone, by the one setting that hides entries without a zone from it.
      properties: { 'eureka.instance.metadata-map.zone': 'zone1' },
    });
  });

  after(async () => {
    await ribbon?.stop();
    await product?.stop();
    for (const backend of backends.values()) await backend.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function publish(name: string, annotations: Readonly<Record<string, string>>): void {
    writeFileSync(join(manifests, `${name}.yaml`), manifest(8088, name, annotations));
  }

  test('42, 61: entries carry the zone of their twins, so a caller that filters by zone sees the share asked for', async (t) => {
    await ribbon.waitForServers('orders', (servers) => servers.length === 9);
    const { backends: answered, errors } = await ribbon.call('orders', CALLS);
    t.diagnostic(`asked 67 %: ${JSON.stringify(answered)}`);
    assert.equal(errors, 0);
    assert.ok(Math.abs((answered['ingress'] ?? 0) - 60) <= 3, JSON.stringify(answered));
  });

  test('55: six entries of a dead ingress cost a caller three calls, not three each', async (t) => {
    await backends.get('ingress')?.stop();
    const first = await ribbon.call('orders', CALLS);
    t.diagnostic(`ingress closed: ${first.errors} of ${CALLS} calls failed`);
    assert.ok(first.errors >= 1 && first.errors <= 3, `${first.errors} failed: ${JSON.stringify(first.failures)}`);
  });

  test('40, 41, 43: raw Ribbon goes by vip, by the plain port even where only https is on, and by UP alone', async () => {
    const client = await startNetflixClient({ eurekaUrl: `${product.eureka}/`, dir: join(dir, 'raw') });
    try {
      publish('prices', {
        'eurek8s.io/vip': 'prices-v2',
        'eurek8s.io/scheme': 'https',
        'eurek8s.io/traffic': 'single',
      });
      publish('stopped', { 'eurek8s.io/status': 'OUT_OF_SERVICE', 'eurek8s.io/traffic': 'single' });
      const view = await client.waitForRegistry(
        ({ apps }) => apps['PRICES'] !== undefined && apps['STOPPED'] !== undefined,
      );
      // The port that is off is what such a caller uses: keep it answering at the ingress.
      assert.deepEqual(
        (await client.servers('prices-v2')).map(({ host, port }) => [host, port]),
        [['prices.k8s.example.test', 8088]],
      );
      assert.deepEqual(await client.servers('prices'), [], 'the name of the application is no vip here');
      assert.deepEqual(await client.servers('stopped'), [], 'not UP: in no list of servers');
      assert.equal(view.clientHash, view.serverHash, 'but in the hash');
    } finally {
      await client.stop();
    }
  });

  test('39: an instance that is in no list any more stays healthy in its own eyes, one shown OUT_OF_SERVICE would not', async () => {
    const properties = { 'management.endpoint.health.show-details': 'always' };
    const starts = { 'edge-hoxton': startRegisteredZuul, 'edge-current': startGateway };
    const attempt = async ([name, start]: [string, typeof startGateway]): Promise<void> => {
      const [app, id, port] = [name.toUpperCase(), `${name}-1`, await freePort()];
      const options = { eurekaUrl: product.eureka, dir: join(dir, name), app, id, port, hosts: {} };
      const client = await start(options, properties);
      /** How the instance finds itself in the registry is part of its health: what a Kubernetes probe or an ELB acts on. */
      const untilHealth = async (remote: string, status: number): Promise<void> => {
        await until(
          `${name} finds itself ${remote}`,
          async () => {
            const answer = await httpRequest(`http://127.0.0.1:${port}/actuator/health`);
            if (remoteStatus(answer.body) !== remote) throw new Error(answer.body);
            assert.equal(answer.status, status, answer.body);
            return true;
          },
          { everyMs: 250 },
        );
      };
      try {
        await untilHealth('UP', 200);
        publish(name, { 'eurek8s.io/traffic': '100%' });
        await untilHealth('UNKNOWN', 200);
        const hidden = (await readRegistry(product.eureka)).get(app)?.filter(({ instanceId }) => instanceId === id);
        assert.deepEqual(hidden, [], 'in no list');
        const itself = await httpRequest(`${product.eureka}/apps/${app}/${id}`, {
          headers: { accept: 'application/json' },
        });
        assert.equal((JSON.parse(itself.body) as { instance: { status: string } }).instance.status, 'UP');
        // What hiding it in this way instead would do.
        rmSync(join(manifests, `${name}.yaml`));
        await untilHealth('UP', 200);
        await overrideStatus(product.eureka, app, id, 'OUT_OF_SERVICE');
        await untilHealth('OUT_OF_SERVICE', 503);
      } finally {
        await client.stop();
      }
    };
    await Promise.all(Object.entries(starts).map(attempt));
  });

  test('52: a Jersey 1 client comes back after a lost lease, though the current generation answers 404 with a body', async () => {
    const eureka = await startEureka({ generation: 'current', dir: join(dir, 'eureka') });
    const front = await startProduct({
      dir: join(dir, 'front'),
      config: { legacy: { urls: [eureka.url], pollInterval: '500ms' } },
    });
    const client = await startNetflixClient({
      eurekaUrl: `${front.eureka}/`,
      dir: join(dir, 'netflix'),
      register: { app: 'PAYMENTS', id: 'payments-1', port: 8080 },
    });
    try {
      const registered = async (): Promise<boolean> => (await readRegistry(eureka.url)).has('PAYMENTS');
      await until('it registers', registered);
      await cancelInstance(eureka.url, 'PAYMENTS', 'payments-1');
      await until('it registers again', registered);
    } finally {
      await client.stop();
      await front.stop();
      await eureka.stop();
    }
  });
});

function manifest(ingressPort: number, name = 'orders', annotations: Readonly<Record<string, string>> = {}): string {
  const own = { 'eurek8s.io/traffic': '67%', ...annotations };
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations:
    eurek8s.io/publish: "true"
    eurek8s.io/address: 127.0.0.1
    eurek8s.io/port: "${ingressPort}"
    ${Object.entries(own)
      .map(([key, value]) => `${key}: "${value}"`)
      .join('\n    ')}
spec:
  rules:
    - host: ${name}.k8s.example.test
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, annotations: { eurek8s.io/ready-endpoints: "2" } }
spec: { ports: [{ port: 80 }] }
`;
}
