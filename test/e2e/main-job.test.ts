import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelInstance, heartbeatInstance, readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { hostOf, NAMESPACE, startMainJobScene, type MainJobScene } from '../support/main-job-scene.ts';
import { startRibbonClient, startZuul, type RibbonClient, type Zuul } from '../testbed/java/clients.ts';
import type { Eureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** How long each outage lasts in which nothing may change. Clients here refresh every second. */
const OUTAGE_MS = 8_000;

describe('an unmodified Ribbon client and Zuul 1 reach both worlds through Eurek8s', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-main-'));
  let scene: MainJobScene;
  let eureka: Eureka;
  let eurekaPort: number;
  let product: Product;
  let ribbon: RibbonClient;
  let zuul: Zuul;

  const port = (name: string): number => scene.backends.get(name)?.port ?? 0;
  const ec2 = (name: string): { app: string; id: string; port: number; zone: string } => ({
    app: name.split('-')[0] ?? '',
    id: name,
    port: port(name),
    zone: 'zone1',
  });
  /** What Eurek8s serves, as clients see it: application → ids with status. */
  const shown = async (): Promise<Readonly<Record<string, readonly string[]>>> =>
    Object.fromEntries(
      [...(await readRegistry(product.eureka))].map(([app, instances]) => [
        app,
        instances.map(({ instanceId, hostName, status }) => `${instanceId} ${hostName} ${status}`),
      ]),
    );

  before(async () => {
    scene = await startMainJobScene(dir, (line) => process.stderr.write(`${line}\n`));
    await scene.deploy('alice');
    await scene.deploy('carol');
    eurekaPort = await freePort();
    product = await startProduct({
      dir: join(dir, 'product'),
      config: {
        legacy: { urls: [`http://127.0.0.1:${eurekaPort}/eureka`], pollInterval: '500ms' },
        clusters: [{ name: 'main', kubeconfig: scene.chartKubeconfig }],
      },
    });
  });

  after(async () => {
    await zuul?.stop();
    await ribbon?.stop();
    await product?.stop();
    await scene?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('before the first sync of every required source reads are 503 without a body, never a partial 200', async () => {
    await until('the cluster is synced', async () => {
      const answer = await httpRequest(`${product.url}/eurek8s/sources`);
      return (JSON.parse(answer.body) as { awaited: string[] }).awaited.join() === 'legacy';
    });
    for (const path of [
      'apps',
      'apps/',
      'apps/delta',
      'apps/CAROL',
      'vips/carol',
      'svips/carol',
      'instances/x',
      'apps/CAROL/x',
    ]) {
      const answer = await httpRequest(`${product.eureka}/${path}`, { headers: { accept: 'application/json' } });
      assert.deepEqual([path, answer.status, answer.body], [path, 503, '']);
      assert.match(String(answer.headers['x-eurek8s-reason']), /legacy/);
    }
    assert.equal(await product.ready(), false);
    eureka = await scene.startEureka(eurekaPort);
    for (const name of ['bob-1', 'alice-1', 'alice-2']) await registerInstance(eureka.url, ec2(name));
    await until('reads are answered', () => product.ready());
    await until('what was registered late is there', async () => (await shown())['BOB']?.length === 1);
  });

  test('Ribbon is answered by EC2, by Kubernetes, and by both in the proportion of the registry', async () => {
    const hosts = Object.fromEntries(
      ['alice', 'carol', 'dave', 'dave2'].map((service) => [hostOf(service), '127.0.0.1']),
    );
    // Its one setting is where Eureka is.
    [ribbon, zuul] = await Promise.all([
      startRibbonClient({ eurekaUrl: product.eureka, dir: join(dir, 'ribbon'), hosts }),
      startZuul({ eurekaUrl: product.eureka, dir: join(dir, 'zuul'), hosts }),
    ]);
    await ribbon.waitForServers('bob', (servers) => servers.length === 1);
    await ribbon.waitForServers('alice', (servers) => servers.length === 3);
    await ribbon.waitForServers('carol', (servers) => servers.length === 1);
    assert.deepEqual((await ribbon.call('bob', 10)).backends, { 'bob-1': 10 });
    const carol = await ribbon.call('carol', 10);
    assert.deepEqual(carol.backends, { 'carol-pods': 10 });
    assert.deepEqual(
      Object.keys(carol.hosts),
      [`${hostOf('carol')}:${scene.proxy.port}`],
      'the Host header is the ingress host',
    );
    const alice = await ribbon.call('alice', 90);
    assert.equal(alice.errors, 0);
    for (const name of ['alice-1', 'alice-2', 'alice-pods'])
      assert.ok(Math.abs((alice.backends[name] ?? 0) - 30) <= 2, `${name}: ${JSON.stringify(alice.backends)}`);
  });

  test('Zuul 1 routes to all three kinds of service', async () => {
    await until('Zuul has its routes', async () => {
      const routes = Object.values(await zuul.routes());
      return ['alice', 'bob', 'carol'].every((service) => routes.includes(service));
    });
    const answeredBy = async (service: string, calls: number): Promise<Readonly<Record<string, number>>> => {
      const counts: Record<string, number> = {};
      for (let i = 0; i < calls; i++) {
        const { status, body } = await zuul.get(`/${service}/whoami`);
        const who = status === 200 ? (JSON.parse(body) as { backend: string }).backend : `status ${status}`;
        counts[who] = (counts[who] ?? 0) + 1;
      }
      return counts;
    };
    await until('Zuul reaches carol', async () => (await zuul.get('/carol/whoami')).status === 200);
    assert.deepEqual(await answeredBy('bob', 6), { 'bob-1': 6 });
    assert.deepEqual(await answeredBy('carol', 6), { 'carol-pods': 6 });
    const alice = await answeredBy('alice', 30);
    assert.deepEqual(Object.keys(alice).toSorted(), ['alice-1', 'alice-2', 'alice-pods']);
    assert.ok(Math.abs((alice['alice-pods'] ?? 0) - 10) <= 2, JSON.stringify(alice));
  });

  test('creating, changing, scaling to zero and deleting objects shows in what the client sees', async () => {
    await scene.deploy('dave');
    await ribbon.waitForServers('dave', (servers) => servers[0]?.host === hostOf('dave'));
    assert.deepEqual((await ribbon.call('dave', 5)).backends, { 'dave-pods': 5 });

    await scene.deploy('dave', { host: hostOf('dave2') });
    await ribbon.waitForServers('dave', (servers) => servers.length === 1 && servers[0]?.host === hostOf('dave2'));
    assert.deepEqual(Object.keys((await ribbon.call('dave', 5)).hosts), [`${hostOf('dave2')}:${scene.proxy.port}`]);

    await scene.cluster.kubectl(['scale', 'deployment/dave', '--replicas=0', '--namespace', NAMESPACE]);
    await until('DOWN is served', async () => (await shown())['DAVE']?.every((entry) => entry.endsWith(' DOWN')));
    await ribbon.waitForServers('dave', (servers) => servers.length === 0);

    await scene.cluster.kubectl(['scale', 'deployment/dave', '--replicas=1', '--namespace', NAMESPACE]);
    await ribbon.waitForServers('dave', (servers) => servers.length === 1);
    await scene.cluster.kubectl(['delete', 'ingress/dave', '--namespace', NAMESPACE]);
    await until('the application is gone', async () => (await shown())['DAVE'] === undefined);
    await ribbon.waitForServers('dave', (servers) => servers.length === 0);
  });

  test('an EC2 registration that ends is gone for the client, and one made directly at the legacy appears', async () => {
    await cancelInstance(eureka.url, 'alice', 'alice-2');
    await ribbon.waitForServers('alice', (servers) => servers.length === 2);
    await registerInstance(eureka.url, ec2('alice-2'));
    await ribbon.waitForServers('alice', (servers) => servers.length === 3);
  });

  test('what is registered through Eurek8s is in the legacy, and in our very next answer', async () => {
    const erin = { app: 'erin', id: 'erin-1', port: port('bob-1'), zone: 'zone1' };
    await registerInstance(product.eureka, erin);
    assert.deepEqual((await shown())['ERIN'], ['erin-1 127.0.0.1 UP'], 'the very next answer');
    assert.equal((await readRegistry(eureka.url)).get('ERIN')?.length, 1);
    assert.equal(await heartbeatInstance(product.eureka, 'erin', 'erin-1'), 200);
    assert.equal(await heartbeatInstance(product.eureka, 'erin', 'nobody'), 404);
    await ribbon.waitForServers('erin', (servers) => servers.length === 1);
    await cancelInstance(product.eureka, 'erin', 'erin-1');
    assert.equal((await shown())['ERIN'], undefined);
    assert.equal((await readRegistry(eureka.url)).has('ERIN'), false);
  });

  test('with the legacy killed, the API server killed, and both killed, answers stay as they were', async () => {
    const stays = async (what: string, expected: Awaited<ReturnType<typeof shown>>): Promise<void> => {
      const end = Date.now() + OUTAGE_MS;
      while (Date.now() < end) {
        assert.deepEqual(await shown(), expected, what);
        await sleep(200);
      }
      const alice = await ribbon.call('alice', 9);
      assert.deepEqual([alice.errors, Object.keys(alice.backends).length], [0, 3], what);
      assert.ok(await product.ready(), `${what}: still ready`);
    };
    const before = await shown();
    await eureka.kill();
    await stays('legacy killed', before);
    assert.equal(await heartbeatInstance(product.eureka, 'bob', 'bob-1'), 503, 'a heartbeat is 503 then, never 404');
    await scene.cluster.killApi();
    await stays('both killed', before);
    await eureka.restart();
    for (const name of ['bob-1', 'alice-1', 'alice-2']) await registerInstance(eureka.url, ec2(name));
    await stays('API server killed', before);
    await scene.cluster.startApi();

    // Without a restart of ours, changes of both worlds flow again.
    await registerInstance(eureka.url, { app: 'frank', id: 'frank-1', port: port('bob-1'), zone: 'zone1' });
    await ribbon.waitForServers('frank', (servers) => servers.length === 1);
    await scene.deploy('dave');
    await ribbon.waitForServers('dave', (servers) => servers[0]?.host === hostOf('dave'), 60_000);
    await cancelInstance(eureka.url, 'frank', 'frank-1');
    await ribbon.waitForServers('frank', (servers) => servers.length === 0);
  });
});
