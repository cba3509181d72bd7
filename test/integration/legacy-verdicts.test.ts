import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { FakeEureka, registration, type Reply } from '../support/fake-eureka.ts';
import { eventually, legacyScene, writes, type Scene } from '../support/legacy-scene.ts';

async function scene(t: TestContext): Promise<Scene & { readonly eureka: FakeEureka }> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const made = legacyScene(t, { urls: [eureka.url], settings: { pollInterval: 600_000 } });
  await eventually('the first sync', () => made.sink.syncs === 1);
  return { ...made, eureka };
}

const HTML = '<!DOCTYPE html>\n<html><body><h1>Not here</h1><hr>proxy</body></html>';

function page(status: number, type: string, body: string): Reply {
  return { status, headers: { 'content-type': type, server: 'proxy/1.0' }, body };
}

const ALL_WRITES = [
  writes.renew('ORDERS', 'o-1'),
  writes.register('ORDERS', 'o-2', registration('ORDERS', 'o-2')),
  writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'),
  writes.removeStatus('ORDERS', 'o-1', 'UP'),
  writes.metadata('ORDERS', 'o-1', 'colour', 'green'),
  writes.cancel('ORDERS', 'o-1'),
];

test('a page of what stands in front of the legacy is 503 for every write, and changes nothing', async (t) => {
  const { writes: target, sink, eureka } = await scene(t);
  const before = sink.record('ORDERS', 'o-1');
  const pages = [
    ...[200, 400, 401, 404, 405, 409, 410].map((status) => page(status, 'text/html; charset=utf-8', HTML)),
    page(404, 'text/plain', '404 page not found\n'),
    page(404, 'application/json', '{"message":"no Route matched with those values"}'),
    page(200, 'application/xhtml+xml', HTML),
    { status: 404, body: HTML },
    { status: 404 },
    { status: 404, headers: { 'content-length': '0', server: 'envoy' } },
    { status: 200, body: HTML },
    page(404, 'text/html', 'x'.repeat(2_000_000)),
  ];
  for (const reply of pages) {
    eureka.front = ({ method }) => (method === 'GET' ? undefined : reply);
    for (const write of ALL_WRITES) {
      const outcome = await target.apply(write);
      assert.equal(outcome.status, 503, `${write.kind}: ${JSON.stringify(reply).slice(0, 100)}`);
      assert.match(outcome.reason ?? '', /answered \d+/);
    }
  }
  assert.equal(sink.record('ORDERS', 'o-1'), before);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

test('a page with 400 for a path that stock servers cannot read is a mistake of the client', async (t) => {
  const { writes: target, eureka } = await scene(t);
  eureka.front = ({ method }) => (method === 'GET' ? undefined : page(400, 'text/html;charset=utf-8', HTML));
  for (const id of ['a/b', 'a\\b', 'a\0b'])
    for (const write of [
      writes.renew('ORDERS', id),
      writes.setStatus('ORDERS', id, 'DOWN'),
      writes.cancel('ORDERS', id),
    ]) {
      const { status, reason = '' } = await target.apply(write);
      assert.deepEqual([status, write.kind], [400, write.kind]);
      assert.match(reason, /: answered 400: an escaped slash, backslash or NUL in a path is read by no stock server$/);
    }
  eureka.front = ({ method }) => (method === 'GET' ? undefined : page(502, 'text/html', HTML));
  assert.equal(
    (await target.apply(writes.renew('ORDERS', 'a/b'))).status,
    503,
    'another page says nothing of the path',
  );
});

test('the reason names the page and its server', async (t) => {
  const { writes: target, eureka } = await scene(t);
  eureka.front = ({ method }) => (method === 'PUT' ? page(404, 'text/html', HTML) : undefined);
  const { reason = '' } = await target.apply(writes.renew('ORDERS', 'o-1'));
  assert.ok(reason.startsWith(`${eureka.url}: answered 404 with a page (text/html)`), reason);
});

test('the verdicts of stock servers pass, with or without a body and whoever signed them', async (t) => {
  const { writes: target, eureka } = await scene(t);
  const path = '/eureka/apps/ORDERS/o-9';
  const document = JSON.stringify({ timestamp: '2026-11-21T03:05:48.271Z', status: 404, error: 'Not Found', path });
  const replies: readonly Reply[] = [
    { status: 404, headers: { 'content-type': 'application/json', 'content-length': '0' } },
    { status: 404, headers: { 'content-type': 'application/json', server: 'nginx' } },
    { status: 404, headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }, body: document },
    { status: 404, headers: { 'content-length': '0', 'x-eurek8s-hops': 'a1b2' } },
  ];
  for (const reply of replies) {
    eureka.front = ({ method }) => (method === 'GET' ? undefined : reply);
    assert.equal((await target.apply(writes.renew('ORDERS', 'o-9'))).status, 404, JSON.stringify(reply));
    assert.equal((await target.apply(writes.cancel('ORDERS', 'o-9'))).status, 404, JSON.stringify(reply));
  }
});

test('a write goes to the next URL when a page stands in front of the first', async (t) => {
  const [first, second] = [await FakeEureka.start(), await FakeEureka.start()];
  t.after(() => Promise.all([first.stop(), second.stop()]));
  for (const eureka of [first, second]) eureka.registry.register(registration('ORDERS', 'o-1'));
  first.front = ({ method }) => (method === 'GET' ? undefined : page(404, 'text/html', HTML));
  const { writes: target, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
});

test('a page for one instance does not take back what was written', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const settings = { pendingRecheckAfter: 50 };
  const { writes: target, sink } = legacyScene(t, { urls: [eureka.url], settings });
  await eventually('the first sync', () => sink.syncs === 1);
  eureka.listCacheMs = 600_000;
  await eventually('the cache is filled', () => eureka.count('apps/delta') > 2);
  eureka.front = ({ url }) => (url === '/eureka/apps/CAROL/c-1' ? page(404, 'text/html', HTML) : undefined);
  assert.equal((await target.apply(writes.register('CAROL', 'c-1', registration('CAROL', 'c-1')))).status, 204);
  const asked = (): number => eureka.requests.filter(({ url }) => url === '/eureka/apps/CAROL/c-1').length;
  await eventually('some rechecks', () => asked() > 3);
  assert.ok(sink.ids().includes('CAROL/c-1'));
});

test('an HTML page instead of the registry is named as one, and the delta is not given up for it', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  for (const status of [200, 404]) {
    eureka.front = () => page(status, 'text/html', HTML);
    await eventually('a reason', () => source.health().lastError !== undefined);
    assert.match(source.health().lastError ?? '', status === 200 ? /HTML page/ : /answered 404/);
    eureka.front = () => undefined;
    await eventually('it is well again', () => source.health().lastError === undefined);
  }
  assert.equal(source.health().detail['mode'], 'delta');
});
