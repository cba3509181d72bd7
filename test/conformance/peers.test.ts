import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { overrideStatus, readRegistry, registerInstance, type ShownInstance } from '../support/eureka-rest.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';
import { GENERATIONS } from './compare.ts';

const DIRTY = 1_600_000_000_000;

for (const generation of GENERATIONS)
  describe(`a stock server that has us as its peer (${generation})`, { timeout: 180_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'eurek8s-peers-'));
    let ours: Product;
    let stock: Eureka;

    before(async () => {
      ours = await startProduct({ dir: join(dir, 'ours'), config: { leases: { enabled: true } } });
      await until('ready', () => ours.ready());
      stock = await startEureka({
        generation,
        dir: join(dir, 'stock'),
        // By a name that is not its own, because it would take us for itself.
        properties: { 'eureka.client.service-url.defaultZone': `http://localhost:${ours.port}/eureka/` },
      });
    });

    after(async () => {
      await ours?.stop();
      await stock?.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    const at = async (base: string): Promise<ShownInstance | undefined> =>
      (await readRegistry(base)).get('ORDERS')?.find(({ instanceId }) => instanceId === 'orders-1');
    const register = (base: string, version: string, later: number): Promise<void> =>
      registerInstance(base, {
        app: 'orders',
        id: 'orders-1',
        port: 8080,
        metadata: { version },
        lastDirtyTimestamp: DIRTY + later,
      });
    const untilOurs = (what: string, wanted: (instance: ShownInstance | undefined) => boolean): Promise<true> =>
      until(what, async () => wanted(await at(ours.eureka))).then(() => true);

    test('what is registered, overridden and cancelled there is so here', async () => {
      await register(stock.url, '1', 0);
      await untilOurs('it is here', (instance) => instance?.metadata['version'] === '1');
      await overrideStatus(stock.url, 'orders', 'orders-1', 'OUT_OF_SERVICE');
      await untilOurs('the override is here', (instance) => instance?.status === 'OUT_OF_SERVICE');
      await stock.cancel('orders', 'orders-1');
      await untilOurs('it has gone here', (instance) => instance === undefined);
    });

    test('what we do not know of it sends as a whole, with its next heartbeat', async () => {
      await register(stock.url, '2', 10);
      await untilOurs('it is here', (instance) => instance?.metadata['version'] === '2');
      const { status } = await fetch(`${ours.eureka}/apps/ORDERS/orders-1`, { method: 'DELETE' });
      assert.equal(status, 200);
      assert.equal(await stock.heartbeat('orders', 'orders-1'), 200);
      await untilOurs('it is here again', (instance) => instance?.metadata['version'] === '2');
    });

    test('newer data here wins: it takes our instance over', async () => {
      await register(ours.eureka, '3', 20);
      assert.equal((await at(stock.url))?.metadata['version'], '2', 'we pass nothing on');
      assert.equal(await stock.heartbeat('orders', 'orders-1'), 200);
      await until('ours is there', async () => (await at(stock.url))?.metadata['version'] === '3');
      assert.equal((await at(ours.eureka))?.metadata['version'], '3');
    });

    test('newer data there wins: we take its instance over', async () => {
      await register(stock.url, '4', 30);
      await untilOurs('its data is here', (instance) => instance?.metadata['version'] === '4');
    });
  });
