import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourcesReport } from '../../shared/api/sources.ts';
import { DeltaWatch } from '../support/delta-watch.ts';
import { readRegistry, registerInstance, type RestStatus, type ShownInstance } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { Deployments } from '../support/publish-scene.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { startRibbonClient, type RibbonClient } from '../testbed/java/clients.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startIngressProxy, type IngressProxy } from '../testbed/nginx.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const FLEET = Array.from({ length: 200 }, (_, i) => `svc${i}`);
/** A little more than the time between two renewals of a lease; a part of it with the second server. */
const WATCH_MS = { hoxton: 33_000, current: 15_000 };
/** The program that Eurek8s replaces registered one service after the other, 250 ms each. */
const PREDECESSOR_ROUND_MS = FLEET.length * 250;
/** Registered and never renewed: with them the legacy is in self-preservation. */
const SILENT = 300;
const HOST = 'carol.k8s.example.com';
const CAROL = `eurek8s:local:shop:carol:${HOST}:0`;
/** How long a published lease lasts that was renewed, and two runs of the eviction. With EUREK8S_LONG_SECONDS only. */
const LEASE_MS = 200_000;

/** The status after a registration over another one with an equal time stamp, as stock servers have it. */
const MOVES: readonly (readonly [from: RestStatus, to: RestStatus, becomes: RestStatus])[] = [
  ['UP', 'DOWN', 'DOWN'],
  ['DOWN', 'UP', 'UP'],
  ['UP', 'OUT_OF_SERVICE', 'UP'],
  ['OUT_OF_SERVICE', 'UP', 'OUT_OF_SERVICE'],
  ['OUT_OF_SERVICE', 'DOWN', 'DOWN'],
  ['DOWN', 'OUT_OF_SERVICE', 'OUT_OF_SERVICE'],
];

for (const generation of ['hoxton', 'current'] as const)
  describe(`publishing into a stock Eureka (${generation})`, { timeout: 900_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'eurek8s-legacy-publish-'));
    const deployments = new Deployments();
    const products: Product[] = [];
    let eureka: Eureka;
    let backend: Backend;
    let proxy: IngressProxy;
    let ribbon: RibbonClient;

    const start = async (): Promise<Product> => {
      const product = await startProduct({
        dir: join(dir, `product-${products.length}`),
        config: {
          legacy: { urls: [eureka.url], pollInterval: '500ms', publish: true },
          manifests: [{ name: 'local', directory: deployments.directory }],
          snapshot: { file: join(dir, `registry-${products.length}`) },
        },
      });
      products.push(product);
      return product;
    };
    const published = async ({ url }: Product): Promise<unknown> => {
      const report = JSON.parse((await httpRequest(`${url}/eurek8s/sources`)).body) as SourcesReport;
      return report.sources[0]?.detail['published'];
    };
    /** Requests about published entries so far, by kind. */
    const requests = async ({ url }: Product): Promise<ReadonlyMap<string, number>> => {
      const counts = new Map<string, number>();
      const { body } = await httpRequest(`${url}/metrics`);
      for (const [, kind = '', count] of body.matchAll(/legacy_publish_requests_total\{kind="([a-z]+)",.*\} (\d+)/g))
        counts.set(kind, (counts.get(kind) ?? 0) + Number(count));
      return counts;
    };
    const listed = async (): Promise<readonly ShownInstance[]> =>
      [...(await readRegistry(eureka.url)).values()]
        .flat()
        .filter(({ instanceId }) => instanceId.startsWith('eurek8s:'));
    const carol = async (): Promise<RestStatus | undefined> =>
      (await listed()).find(({ instanceId }) => instanceId === CAROL)?.status;
    const route = { 'eurek8s.io/address': '127.0.0.1', 'eurek8s.io/zone': 'zone1' };
    const deployCarol = (ready = 1, more: Readonly<Record<string, string>> = {}): void =>
      deployments.deploy('carol', ready, { ...route, 'eurek8s.io/port': `${proxy.port}`, ...more });

    before(async () => {
      backend = await startBackend({ name: 'carol-pods' });
      proxy = await startIngressProxy({
        dir: join(dir, 'nginx'),
        routes: new Map([[HOST, `http://127.0.0.1:${backend.port}`]]),
      });
      eureka = await startEureka({
        generation,
        dir: join(dir, 'eureka'),
        properties: { 'eureka.server.enable-self-preservation': 'true' },
        progress: (line) => process.stderr.write(`${line}\n`),
      });
      const silent = Array.from({ length: SILENT }, (_, i) => ({ app: 'silent', id: `silent-${i}`, port: 1 }));
      for (const each of silent) await registerInstance(eureka.url, each);
      deployments.deployTogether('fleet', FLEET);
      deployCarol();
    });

    after(async () => {
      await ribbon?.stop();
      for (const product of products) await product.kill();
      await eureka?.stop();
      await proxy?.stop();
      await backend?.stop();
      for (const each of [dir, deployments.directory]) rmSync(each, { recursive: true, force: true });
    });

    test('which registrations move the status, and that the later of two equal time stamps counts', async (t) => {
      for (const [from, to, becomes] of MOVES) {
        const each = { app: 'moves', id: `${from}-${to}`, port: 1, lastDirtyTimestamp: 1_750_000_000_000 };
        await registerInstance(eureka.url, { ...each, host: 'a.example.com', status: from });
        await registerInstance(eureka.url, { ...each, host: 'b.example.com', status: to });
        const { body } = await httpRequest(`${eureka.url}/apps/MOVES/${each.id}`, {
          headers: { accept: 'application/json' },
        });
        const { status, hostName } = (JSON.parse(body) as { readonly instance: ShownInstance }).instance;
        t.diagnostic(`${from}, then ${to} registered: ${status}`);
        assert.deepEqual([status, hostName], [becomes, 'b.example.com']);
      }
    });

    test('a Ribbon client that asks the stock server reaches a service in Kubernetes', async (t) => {
      const first = await start();
      await until('reads are answered', () => first.ready());
      const since = performance.now();
      await until('all are listed by the legacy', async () => (await listed()).length === FLEET.length + 1, {
        everyMs: 20,
        timeoutMs: 120_000,
      });
      t.diagnostic(
        `${FLEET.length} applications are in after ${Math.round(performance.now() - since)} ms (a round of the predecessor: ${PREDECESSOR_ROUND_MS} ms)`,
      );
      // Its one setting is where Eureka is.
      ribbon = await startRibbonClient({
        eurekaUrl: eureka.url,
        dir: join(dir, 'ribbon'),
        hosts: { [HOST]: '127.0.0.1' },
      });
      await ribbon.waitForServers('carol', (servers) => servers.length === 1, 60_000);
      const { backends, hosts, errors } = await ribbon.call('carol', 10);
      assert.deepEqual([backends, hosts, errors], [{ 'carol-pods': 10 }, { [`${HOST}:${proxy.port}`]: 10 }, 0]);
    });

    test('two replicas publish at once: renewals alone, nothing registered again, nothing flaps', async (t) => {
      const [first] = products;
      assert.ok(first);
      const second = await start();
      const all = `${FLEET.length + 1} of ${FLEET.length + 1}`;
      await until('both know all', async () => (await published(first)) === all && (await published(second)) === all);
      const count = async (): Promise<readonly ReadonlyMap<string, number>[]> => Promise.all(products.map(requests));
      assert.equal((await requests(second)).get('register'), undefined, 'the second one found everything there');
      const watch = new DeltaWatch(eureka.url, (id) => id.startsWith('eurek8s:'));
      await sleep(1500);
      const [changes, start1] = [watch.changes.length, await count()];
      const since = performance.now();
      for (const end = since + WATCH_MS[generation]; performance.now() < end; await sleep(500))
        assert.equal((await listed()).length, FLEET.length + 1);
      const [minutes, end1] = [(performance.now() - since) / 60_000, await count()];
      await watch.stop();
      assert.equal(watch.changes.length, changes, 'no change in the delta');
      for (const [i, before1] of start1.entries()) {
        const after1 = end1[i] ?? new Map<string, number>();
        for (const kind of ['register', 'cancel', 'look']) assert.equal(after1.get(kind), before1.get(kind), kind);
        const renewals = (after1.get('renew') ?? 0) - (before1.get('renew') ?? 0);
        t.diagnostic(
          `replica ${i + 1}: ${Math.round(renewals / minutes)} requests a minute for ${FLEET.length + 1} entries, all of them renewals`,
        );
        const each = renewals / minutes / (FLEET.length + 1);
        assert.ok(each > 1 && each < 3, `${each} renewals of an entry in a minute`);
      }
    });

    test('each status arrives, whichever was before', async () => {
      const outOfService = { 'eurek8s.io/status': 'OUT_OF_SERVICE' };
      for (const [status, ready, more] of [
        ['OUT_OF_SERVICE', 1, outOfService],
        ['UP', 1, {}],
        ['DOWN', 0, {}],
        ['OUT_OF_SERVICE', 0, outOfService],
        ['DOWN', 0, {}],
        ['UP', 1, {}],
      ] as const) {
        deployCarol(ready, more);
        await until(`${status} is listed by the legacy`, async () => (await carol()) === status);
      }
    });

    test('what is withdrawn is cancelled within a second, also in self-preservation', async (t) => {
      await ribbon.waitForServers('carol', (servers) => servers.length === 1);
      const times: number[] = [];
      for (let i = 0; i < 3; i++) {
        deployments.withdraw('carol');
        const [served, cancelled] = await Promise.all(
          [products[0]?.eureka ?? '', eureka.url].map(async (base) => {
            const gone = async (): Promise<boolean> => (await httpRequest(`${base}/apps/CAROL`)).status === 404;
            await until(`it is gone at ${base}`, gone, { everyMs: 5 });
            return performance.now();
          }),
        );
        times.push(Math.max(0, (cancelled ?? 0) - (served ?? 0)));
        if (i === 0) await ribbon.waitForServers('carol', (servers) => servers.length === 0);
        deployCarol();
        await until('it is back', async () => (await carol()) === 'UP');
      }
      t.diagnostic(`cancelled ${times.map((ms) => `${Math.round(ms)} ms`).join(', ')} after it was withdrawn here`);
      assert.ok(Math.min(...times) <= 1000, `${times.join(', ')} ms`);
      assert.equal((await readRegistry(eureka.url)).get('SILENT')?.length, SILENT, 'nobody is evicted');
    });

    test('a legacy that is killed and comes back empty is refilled, and Ribbon goes on calling', async (t) => {
      await eureka.kill();
      await until('the outage is noticed', async () =>
        Promise.all(
          products.map(async ({ url }) => {
            const report = JSON.parse((await httpRequest(`${url}/eurek8s/sources`)).body) as SourcesReport;
            return report.sources[0]?.lastError !== undefined;
          }),
        ).then((each) => each.every(Boolean)),
      );
      await eureka.restart();
      const since = performance.now();
      await until('all are there again', async () => (await listed()).length === FLEET.length + 1, {
        everyMs: 20,
        timeoutMs: 60_000,
      });
      t.diagnostic(`refilled ${Math.round(performance.now() - since)} ms after it answered again`);
      await ribbon.waitForServers('carol', (servers) => servers.length === 1);
      assert.equal((await ribbon.call('carol', 10)).errors, 0);
    });

    test('a replica that is killed while everything changes leaves nothing behind that its successor does not mend', async () => {
      for (const [i, wait] of [30, 130, 400].entries()) {
        const victim = products.at(-1);
        assert.ok(victim);
        deployCarol(1, i % 2 === 0 ? { 'eurek8s.io/traffic': '100%' } : { 'eurek8s.io/status': 'OUT_OF_SERVICE' });
        deployments.deploy(`brief${i}`);
        await sleep(wait);
        await victim.kill();
        products.pop();
        deployments.withdraw(`brief${i}`);
        await start();
      }
      deployCarol();
      await until('everything is as it shall be', async () => {
        const ids = await listed();
        return ids.length === FLEET.length + 1 && ids.every(({ status }) => status === 'UP');
      });
    });

    test('switched off, nothing is cancelled: leases are left to run out', async (t) => {
      const ends = products.splice(0).map((product) => product.stop());
      await Promise.all(ends);
      await sleep(2000);
      assert.equal((await listed()).length, FLEET.length + 1);
      if (process.env['EUREK8S_LONG_SECONDS'] === undefined) return;
      const since = performance.now();
      await until('they have run out', async () => (await listed()).length === 0, {
        timeoutMs: 2 * LEASE_MS,
        everyMs: 1000,
      });
      t.diagnostic(`run out after ${Math.round((performance.now() - since) / 1000)} s`);
    });
  });
