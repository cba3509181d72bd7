import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { overrideStatus, readRegistry } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const ROUNDS = 6;
const POLL_MS = 1000;
/** Stock refreshes the answers it gives to clients so often; 30 s in production, which a test cannot wait for. */
const STOCK_CACHE_MS = 4000;

for (const generation of ['hoxton', 'current'] as const)
  describe(`from a change at the legacy (${generation}) to our answer`, { timeout: 300_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'eurek8s-legacy-propagation-'));
    let eureka: Eureka;
    let polling: Product;
    let fed: Product;

    before(async () => {
      const [eurekaPort, fedPort] = [await freePort(), await freePort()];
      const urls = [`http://127.0.0.1:${eurekaPort}/eureka`];
      const legacy = { urls, pollInterval: `${POLL_MS}ms` };
      const start = (name: string, peerFeed: boolean, port?: number): Promise<Product> =>
        startProduct({
          dir: join(dir, name),
          config: { legacy: { ...legacy, peerFeed }, manifests: [] },
          ...(port !== undefined && { port }),
        });
      [polling, fed] = await Promise.all([start('polling', false), start('fed', true, fedPort)]);
      eureka = await startEureka({
        generation,
        dir: join(dir, 'eureka'),
        port: eurekaPort,
        properties: {
          'eureka.client.service-url.defaultZone': `http://localhost:${fedPort}/peer/eureka/`,
          // It reads its peers as a client then: what they list would become registrations.
          'eureka.client.fetch-registry': 'true',
          'eureka.server.use-read-only-response-cache': 'true',
          'eureka.server.response-cache-update-interval-ms': `${STOCK_CACHE_MS}`,
        },
      });
      await eureka.register({ app: 'anchor', id: 'anchor-1', port: 1 });
      await until('both are ready', async () => (await polling.ready()) && (await fed.ready()));
      for (const product of [polling, fed])
        await until('the anchor is served', async () => (await readRegistry(product.eureka)).has('ANCHOR'));
    });

    after(async () => {
      await Promise.all([polling?.stop(), fed?.stop(), eureka?.stop()]);
      rmSync(dir, { recursive: true, force: true });
    });

    /** Milliseconds from `since` until the application is there, or not there, in the server's list. */
    async function lists(base: string, app: string, there: boolean, since: number): Promise<number> {
      await until(
        `${app} ${there ? 'is' : 'is not'} at ${base}`,
        async () => (await readRegistry(base)).has(app) === there,
        {
          everyMs: 10,
        },
      );
      return performance.now() - since;
    }

    interface Seen {
      readonly stock: number;
      readonly polled: number;
      readonly pushed: number;
    }

    async function rounds(): Promise<readonly Seen[]> {
      const seen: Seen[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        // At no fixed phase of the cache and the polls.
        await sleep(300 + ((i * 1370) % STOCK_CACHE_MS));
        const there = i % 2 === 0;
        if (there) await eureka.register({ app: 'orders', id: 'orders-1', port: 8080 });
        else await eureka.cancel('orders', 'orders-1');
        const since = performance.now();
        const [stock, polled, pushed] = await Promise.all(
          [eureka.url, polling.eureka, fed.eureka].map((base) => lists(base, 'ORDERS', there, since)),
        );
        seen.push({ stock: stock ?? Infinity, polled: polled ?? Infinity, pushed: pushed ?? Infinity });
      }
      return seen;
    }

    test('registers and cancels: a client of stock, ours by polling, ours by peer feed, side by side', async (t) => {
      /** Says the figures, and names what came too late. Polls go 10 % to and fro, so that replicas do not poll in step. */
      const late = (seen: readonly Seen[]): readonly string[] => {
        for (const [name, pick] of [
          [`a client of stock (its cache: ${STOCK_CACHE_MS} ms)`, ({ stock }) => stock],
          [`ours, polling each ${POLL_MS} ms`, ({ polled }) => polled],
          ['ours, peer feed', ({ pushed }) => pushed],
        ] satisfies [string, (each: Seen) => number][]) {
          const sorted = seen.map(pick).toSorted((a, b) => a - b);
          t.diagnostic(
            `${name}: median ${sorted[Math.floor(ROUNDS / 2)]?.toFixed(0)} ms, worst ${sorted.at(-1)?.toFixed(0)} ms`,
          );
        }
        return seen.flatMap(({ stock, polled, pushed }) => [
          ...(polled - stock <= POLL_MS * 1.1 + 100 ? [] : [`polled ${polled} ms, stock ${stock} ms`]),
          ...(pushed <= 1000 ? [] : [`pushed after ${pushed} ms`]),
        ]);
      };
      // A machine that does something else for a moment is no fault of ours: a miss is measured once more, and both print.
      if (late(await rounds()).length > 0) assert.deepEqual(late(await rounds()), []);
    });

    test('a status override is pushed too, and polls that lag behind do not undo what was pushed', async () => {
      await eureka.register({ app: 'orders', id: 'orders-2', port: 8080 });
      const status = async (): Promise<string | undefined> =>
        (await readRegistry(fed.eureka)).get('ORDERS')?.[0]?.status;
      await until('pushed', async () => (await status()) === 'UP', { everyMs: 20 });
      await overrideStatus(eureka.url, 'orders', 'orders-2', 'OUT_OF_SERVICE');
      await until('the override is served', async () => (await status()) === 'OUT_OF_SERVICE', {
        everyMs: 20,
      });
      const end = performance.now() + 2 * STOCK_CACHE_MS;
      while (performance.now() < end) {
        assert.equal(await status(), 'OUT_OF_SERVICE');
        await sleep(100);
      }
    });

    test('the legacy sees an empty registry at its peer, and our own entries never reach it', async () => {
      const apps = await httpRequest(`${fed.url}/peer/eureka/apps/`, { headers: { accept: 'application/json' } });
      assert.deepEqual(JSON.parse(apps.body), {
        applications: { versions__delta: '1', apps__hashcode: '', application: [] },
      });
      const bad = await httpRequest(`${fed.url}/peer/eureka/peerreplication/batch/`, { method: 'POST', body: '{}' });
      assert.deepEqual([bad.status, bad.body], [400, '']);
      assert.equal(
        (await httpRequest(`${polling.url}/peer/eureka/apps/`)).status,
        404,
        'without legacy.peerFeed nothing is there',
      );
    });
  });
