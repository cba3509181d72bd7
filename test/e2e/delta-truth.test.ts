import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { churn } from '../support/churn.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { startNetflixClient, type NetflixClient } from '../testbed/java/clients.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** Half a minute each in `npm test`; `npm run test:long` makes it ten. */
const SECONDS = Number(process.env['EUREK8S_LONG_SECONDS'] ?? 30);
const CHANGES_PER_SECOND = 20;
const SEED = Number(process.env['EUREK8S_LONG_SEED'] ?? Date.now() % 2 ** 31);

const WORLDS = ['standalone', 'behind a stock Eureka'] as const;

for (const world of WORLDS)
  describe(
    `Netflix's own client never disagrees with us under churn, ${world}`,
    { timeout: (SECONDS + 240) * 1000 },
    () => {
      const dir = mkdtempSync(join(tmpdir(), 'eurek8s-delta-'));
      const manifests = join(dir, 'manifests');
      let eureka: Eureka | undefined;
      let product: Product;
      let clients: readonly NetflixClient[] = [];

      /** One Ingress, Service and EndpointSlice with so many ready endpoints. */
      function publish(service: string, ready: number): void {
        const annotations = { 'eurek8s.io/address': '127.0.0.1', 'eurek8s.io/traffic': 'ready' };
        const objects = [
          rawIngress(service, { annotations }),
          rawService(service),
          rawEndpointSlice(service, service, ready),
        ];
        writeFileSync(
          join(manifests, `${service}.yaml`),
          objects.map((object) => JSON.stringify(object)).join('\n---\n'),
        );
      }

      before(async () => {
        mkdirSync(manifests);
        publish('carol', 1);
        if (world === 'behind a stock Eureka')
          eureka = await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka') });
        const registry =
          eureka === undefined
            ? { leases: { enabled: true } }
            : { legacy: { urls: [eureka.url], pollInterval: '500ms' } };
        product = await startProduct({
          dir: join(dir, 'product'),
          config: { ...registry, manifests: [{ name: 'local', directory: manifests }] },
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
        await eureka?.stop();
        rmSync(dir, { recursive: true, force: true });
      });

      /** `app id status` of all that a server lists; entries from Kubernetes are left out of what is compared with the legacy. */
      async function listed(base: string, which: 'all' | 'registrations' = 'all'): Promise<readonly string[]> {
        return [...(await readRegistry(base))]
          .flatMap(([app, instances]) =>
            instances.flatMap(({ instanceId, status, metadata }) =>
              which === 'registrations' && 'eurek8s.io/source' in metadata ? [] : [`${app} ${instanceId} ${status}`],
            ),
          )
          .toSorted();
      }

      test(`${SECONDS} s at ${CHANGES_PER_SECOND} changes/s, polled every second: no hash mismatch (seed ${SEED})`, async (t) => {
        const changes = await churn(SECONDS, {
          seed: SEED,
          changesPerSecond: CHANGES_PER_SECOND,
          // Behind a legacy half of it happens there, so that only polls tell us, and half of it goes through us.
          registries: eureka === undefined ? [product.eureka] : [eureka.url, product.eureka],
          publish,
        });
        const legacy = eureka;
        if (legacy !== undefined)
          await until('what the legacy lists is served', async () => {
            assert.deepEqual(await listed(product.eureka, 'registrations'), await listed(legacy.url));
            return true;
          });
        // The last manifest may still be on its way when the churn ends: what is served is asked for each time.
        for (const [i, client] of clients.entries()) {
          await until(`client ${i} holds what is served`, async () => {
            const view = await client.registry();
            const seen = Object.entries(view.apps).flatMap(([app, list]) =>
              list.map(({ instanceId, status }) => `${app} ${instanceId} ${status}`),
            );
            assert.deepEqual(seen.toSorted(), await listed(product.eureka));
            // The two are not read at one moment: a delta may come in between.
            assert.equal(view.clientHash, view.serverHash);
            return true;
          });
          const stats = await client.stats();
          const deltas = Object.entries(stats.requests).find(([key]) => key.endsWith('apps/delta 200'))?.[1] ?? 0;
          t.diagnostic(
            `client ${i}: ${changes} changes, ${deltas} deltas, ${stats.fullFetches} full fetches, ${stats.hashMismatches} hash mismatches`,
          );
          assert.equal(stats.hashMismatches, 0);
          assert.equal(stats.fullFetches, 1, 'the one at the start');
          assert.ok(deltas >= SECONDS * 0.7, `${deltas} deltas`);
        }
      });
    },
  );
