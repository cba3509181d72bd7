import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { rawRequest } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const JSON_ASKED = { accept: 'application/json' };
const IDS = Array.from({ length: 200 }, (_, n) => `orders-${n}`);

test('a fail-over to a server where everything is registered anew is no news to clients', async (t) => {
  const [first, second] = [await FakeEureka.start(), await FakeEureka.start()];
  t.after(() => Promise.all([first.stop(), second.stop()]));
  for (const id of IDS) first.registry.register(registration('ORDERS', id));
  // The time stamps of the second are later ones, and the clients' own too: they registered there after an error.
  await sleep(20);
  for (const id of IDS)
    second.registry.register(registration('ORDERS', id, { lastDirtyTimestamp: '1760000000000', actionType: 'ADDED' }));
  second.registry.register(registration('BILLING', 'billing-1'));
  const { url } = await serveForTest(t, {
    flags: { 'leases.enabled': ['false'], 'legacy.urls': [first.url, second.url], 'legacy.pollInterval': ['200ms'] },
  });
  const read = async (path: string): Promise<string> =>
    (await rawRequest(url, `GET /eureka/${path}`, JSON_ASKED)).body.toString();
  const listed = await until('the first view', async () => {
    const body = await read('apps');
    return body.includes('"orders-199"') && body;
  });
  const version = async () => Number(/"versions__delta":"(\d+)"/.exec(await read('apps/delta'))?.[1]);
  const before = await version();

  await first.stop();
  const after = await until('what only the second has', async () => {
    const body = await read('apps');
    return body.includes('"billing-1"') && body;
  });
  assert.equal(await version(), before + 1, 'one change: that of the other application');
  const ordersOf = (body: string): string => /\{"name":"ORDERS".*\}\]\}/.exec(body)?.[0] ?? body;
  assert.equal(ordersOf(after), ordersOf(listed), 'the others are what they were, byte for byte');
  assert.match(
    await read('apps/ORDERS/orders-7'),
    /"lastDirtyTimestamp":"1760000000000"/,
    'a single one is as it is now',
  );
});
