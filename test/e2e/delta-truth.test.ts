import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelInstance, overrideStatus, readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { startNetflixClient, type NetflixClient } from '../testbed/java/clients.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** Half a minute in `npm test`; `npm run test:long` makes it ten. */
const SECONDS = Number(process.env['EUREK8S_LONG_SECONDS'] ?? 30);
const CHANGES_PER_SECOND = 20;
const SEED = Number(process.env['EUREK8S_LONG_SEED'] ?? Date.now() % 2 ** 31);

/** Mulberry32: a run can be repeated from the seed it prints. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("Netflix's own client never disagrees with us under churn", { timeout: (SECONDS + 180) * 1000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-delta-'));
  const manifests = join(dir, 'manifests');
  let product: Product;
  let clients: readonly NetflixClient[] = [];

  before(async () => {
    mkdirSync(manifests);
    publish('carol', 1);
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { leases: { enabled: true }, manifests: [{ name: 'local', directory: manifests }] },
    });
    await until('ready', () => product.ready());
    await registerInstance(product.eureka, { app: 'anchor', id: 'anchor-1', port: 1 });
    const compact = { 'eureka.clientDataAccept': 'compact' };
    clients = await Promise.all([
      startNetflixClient({ eurekaUrl: `${product.eureka}/`, dir: join(dir, 'full') }),
      startNetflixClient({ eurekaUrl: `${product.eureka}/v2/`, dir: join(dir, 'compact'), properties: compact }),
    ]);
  });

  after(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await product?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** One Ingress, Service and EndpointSlice with so many ready endpoints. */
  function publish(service: string, ready: number): void {
    const endpoints = Array.from({ length: ready }, (_, i) => ({
      addresses: [`10.42.0.${i + 1}`],
      conditions: { ready: true },
    }));
    const objects = [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: {
          name: service,
          namespace: 'shop',
          annotations: {
            'eurek8s.io/publish': 'true',
            'eurek8s.io/address': '127.0.0.1',
            'eurek8s.io/traffic': 'ready',
          },
        },
        spec: {
          rules: [
            {
              host: `${service}.k8s.example.test`,
              http: {
                paths: [
                  { path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } },
                ],
              },
            },
          ],
        },
      },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: service, namespace: 'shop' }, spec: {} },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: service, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        endpoints,
      },
    ];
    writeFileSync(join(manifests, `${service}.yaml`), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  }

  test(`${SECONDS} s at ${CHANGES_PER_SECOND} changes/s, polled every second: no hash mismatch (seed ${SEED})`, async (t) => {
    const next = random(SEED);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
    const apps = ['ALICE', 'BOB', 'CAROL', 'DAVE'];
    const registered = new Map<string, { readonly app: string; readonly id: string }>();
    let changes = 0;
    const change = async (): Promise<void> => {
      const app = pick(apps);
      const id = `${app.toLowerCase()}-${Math.floor(next() * 6)}`;
      const known = registered.get(id);
      const dice = next();
      if (dice < 0.05) publish(pick(['alice', 'carol']), Math.floor(next() * 4));
      else if (known === undefined) {
        await registerInstance(product.eureka, { app, id, port: 8080, status: pick(['UP', 'UP', 'DOWN', 'STARTING']) });
        registered.set(id, { app, id });
      } else if (dice < 0.5) {
        await cancelInstance(product.eureka, app, id);
        registered.delete(id);
      } else if (dice < 0.75) await overrideStatus(product.eureka, app, id, pick(['UP', 'OUT_OF_SERVICE', 'DOWN']));
      else await registerInstance(product.eureka, { app, id, port: 8080, metadata: { color: String(next()) } });
      changes++;
    };
    const end = performance.now() + SECONDS * 1000;
    for (let due = performance.now(); due < end; due += 1000 / CHANGES_PER_SECOND) {
      await sleep(Math.max(0, due - performance.now()));
      await change();
    }
    // The last manifest may still be on its way when the churn ends.
    await sleep(1000);
    const expected = [...(await readRegistry(product.eureka))].flatMap(([app, instances]) =>
      instances.map(({ instanceId, status }) => `${app} ${instanceId} ${status}`),
    );
    for (const [i, client] of clients.entries()) {
      const held = await client.waitForRegistry((view) => {
        const seen = Object.entries(view.apps).flatMap(([app, list]) =>
          list.map(({ instanceId, status }) => `${app} ${instanceId} ${status}`),
        );
        return seen.toSorted().join() === expected.toSorted().join();
      }, 10_000);
      const stats = await client.stats();
      const deltas = Object.entries(stats.requests).find(([key]) => key.endsWith('apps/delta 200'))?.[1] ?? 0;
      t.diagnostic(
        `client ${i}: ${changes} changes, ${deltas} deltas, ${stats.fullFetches} full fetches, ${stats.hashMismatches} hash mismatches`,
      );
      assert.equal(held.clientHash, held.serverHash);
      assert.equal(stats.hashMismatches, 0);
      assert.equal(stats.fullFetches, 1, 'the one at the start');
      assert.ok(deltas >= SECONDS * 0.7, `${deltas} deltas`);
    }
  });
});
