import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { FakeEureka, registration, type Reply, type SeenRequest } from '../support/fake-eureka.ts';
import { eventually, legacyScene, writes } from '../support/legacy-scene.ts';

async function eurekas(t: TestContext): Promise<readonly [FakeEureka, FakeEureka]> {
  const [old, moved] = [await FakeEureka.start(), await FakeEureka.start()];
  t.after(() => Promise.all([old.stop(), moved.stop()]));
  moved.registry.register(registration('ORDERS', 'o-1'));
  return [old, moved];
}

function redirect(status: number, location?: string): Reply {
  return { status, headers: location === undefined ? {} : { location } };
}

/** Redirects every request to the same resource of another server. */
function to(eureka: FakeEureka, status: number): (request: SeenRequest) => Reply {
  return ({ url }) => redirect(status, eureka.url.replace('/eureka', '') + url);
}

for (const status of [301, 302, 307, 308])
  test(`${status} to another name is followed by polls and by every write`, async (t) => {
    const [old, moved] = await eurekas(t);
    old.front = to(moved, status);
    const url = old.url.replace('//', '//fleet:secret@');
    const { writes: target, sink, source } = legacyScene(t, { urls: [url] });
    await eventually('the first sync', () => sink.syncs === 1);
    assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
    await eventually('deltas too', () => moved.count('apps/delta') > 0);
    const body = registration('CAROL', 'c-1', { metadata: { build: '77' } });
    assert.equal((await target.apply(writes.register('CAROL', 'c-1', body))).status, 204);
    assert.equal((await target.apply(writes.setStatus('CAROL', 'c-1', 'OUT_OF_SERVICE'))).status, 200);
    assert.equal((await target.apply(writes.renew('CAROL', 'c-1'))).status, 200);
    assert.equal((await target.apply(writes.renew('CAROL', 'unknown'))).status, 404);
    assert.equal(sink.record('CAROL', 'c-1')?.metadata.get('build'), '77');
    assert.equal(sink.record('CAROL', 'c-1')?.status, 'OUT_OF_SERVICE');
    const posted = moved.requests.find(({ method }) => method === 'POST');
    assert.equal(posted?.body, JSON.stringify({ instance: body }));
    assert.equal(posted?.headers['content-type'], 'application/json');
    const renewed = moved.requests.filter(({ method }) => method === 'PUT').map(({ url: each }) => each);
    assert.ok(renewed.includes('/eureka/apps/CAROL/c-1?status=UP&lastDirtyTimestamp=1750000000100'), renewed.join());
    assert.notEqual(old.requests[0]?.headers.authorization, undefined);
    assert.ok(moved.requests.every(({ headers }) => headers.authorization === undefined));
    assert.equal((await target.apply(writes.cancel('CAROL', 'c-1'))).status, 200);
    assert.equal(source.health().state, 'synced');
  });

test('a relative Location within the same server is followed, with the credentials', async (t) => {
  const [, eureka] = await eurekas(t);
  const url = eureka.url.replace('/eureka', '/old/eureka').replace('//', '//fleet:secret@');
  eureka.front = ({ url: each }) => (each.startsWith('/old/') ? redirect(301, each.slice('/old'.length)) : undefined);
  const { writes: target, sink } = legacyScene(t, { urls: [url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  assert.ok(eureka.requests.every(({ headers }) => headers.authorization !== undefined));
});

test('what was written is read back where the write went, when only writes are redirected', async (t) => {
  const [old, moved] = await eurekas(t);
  old.registry.register(registration('ORDERS', 'o-1'));
  old.front = (request) => (request.method === 'GET' ? undefined : to(moved, 307)(request));
  const settings = { pollInterval: 600_000 };
  const { writes: target, sink } = legacyScene(t, { urls: [old.url], settings });
  await eventually('the first sync', () => sink.syncs === 1);
  const body = registration('CAROL', 'c-1', { metadata: { build: '77' } });
  // The record that would be computed from the client's data differs.
  const changes = { metadata: new Map([['build', '76']]) };
  assert.equal((await target.apply(writes.register('CAROL', 'c-1', body, changes))).status, 204);
  assert.equal(sink.record('CAROL', 'c-1')?.metadata.get('build'), '77');
});

test('five redirects in a row are followed, a sixth and a circle are not', async (t) => {
  const [first, last] = await eurekas(t);
  const hops = await Promise.all(Array.from({ length: 4 }, async () => FakeEureka.start()));
  t.after(() => Promise.all(hops.map(async (hop) => hop.stop())));
  const chain = [first, ...hops, last];
  for (const [index, hop] of chain.slice(0, -1).entries()) hop.front = to(chain[index + 1] ?? last, 307);
  const { writes: target, sink, source } = legacyScene(t, { urls: [first.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  last.front = to(first, 307);
  await eventually('a reason', () => /redirected to .* the end after 5/.test(source.health().lastError ?? ''));
  const seen = first.requests.length;
  const outcome = await target.apply(writes.renew('ORDERS', 'o-1'));
  assert.equal(outcome.status, 503);
  assert.match(outcome.reason ?? '', /redirected to/);
  assert.ok(first.requests.length < seen + 12);
});

test('a redirect that leads nowhere is a failure whose reason names where it leads', async (t) => {
  const [old, moved] = await eurekas(t);
  old.registry.register(registration('ORDERS', 'o-1'));
  const { writes: target, source, sink } = legacyScene(t, { urls: [old.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' };
  moved.front = () => page;
  const login = moved.url.replace('/eureka', '/login?next=secret');
  const refused: readonly (readonly [Reply, RegExp])[] = [
    [redirect(307), /answered 307 without a Location/],
    [redirect(307, 'http://[broken'), /Location that is no URL/],
    [redirect(307, 'ftp://files.example/apps'), /to ftp:, which is not http/],
    [
      redirect(302, login),
      new RegExp(`answered 302 to ${moved.url.replace('/eureka', '/login')}: a redirect to another`),
    ],
    [redirect(303, moved.url), /answered 303/],
    [redirect(304), /answered 304/],
  ];
  for (const [reply, reason] of refused) {
    old.front = () => reply;
    await eventually(`${reason} is the reason`, () => reason.test(source.health().lastError ?? ''));
    const outcome = await target.apply(writes.renew('ORDERS', 'o-1'));
    assert.equal(outcome.status, 503);
    assert.match(outcome.reason ?? '', reason);
    assert.doesNotMatch(`${outcome.reason} ${source.health().lastError}`, /secret|pass@/);
  }
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

test('a legacy leads us to no other resource: neither polls nor writes reach what else listens in the network', async (t) => {
  const [old, other] = await eurekas(t);
  old.registry.register(registration('ORDERS', 'o-1'));
  const { writes: target, source, sink } = legacyScene(t, { urls: [old.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  const origin = other.url.replace('/eureka', '');
  for (const path of [
    '/latest/meta-data/',
    '/admin?x=/apps',
    '/x#/apps',
    '/apps/ORDERS/o-1/../../../admin',
    '/myapps',
  ]) {
    old.front = () => redirect(307, origin + path);
    await eventually(`${path} is refused`, () => source.health().lastError?.includes('another resource') === true);
    const body = registration('CAROL', 'c-1');
    for (const write of [
      writes.register('CAROL', 'c-1', body),
      writes.renew('ORDERS', 'o-1'),
      writes.cancel('ORDERS', 'o-1'),
    ])
      assert.equal((await target.apply(write)).status, 503, path);
    old.front = () => undefined;
    await eventually('it is forgotten', () => source.health().lastError === undefined);
  }
  assert.deepEqual(other.requests, []);
  // Another escape, or a slash at the end, is still the same resource.
  old.front = ({ url }) => redirect(307, origin + url.replaceAll('-', '%2D').replace('?', '/?'));
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
});

test('redirects to ever new places keep few connections open', async (t) => {
  const [old] = await eurekas(t);
  const places = await Promise.all(Array.from({ length: 12 }, async () => FakeEureka.start()));
  t.after(() => Promise.all(places.map(async (place) => place.stop())));
  for (const place of places) place.registry.register(registration('ORDERS', 'o-1'));
  let next = 0;
  old.front = (request) => to(places[next++ % places.length] ?? old, 307)(request);
  const { sink } = legacyScene(t, { urls: [old.url], settings: { pollInterval: 5 } });
  await eventually('the first sync', () => sink.syncs === 1);
  await eventually('all were polled', () => places.every(({ requests }) => requests.length > 2));
  const open = (): number => places.reduce((sum, { connections }) => sum + connections, 0);
  await eventually('few are open', () => open() <= 8);
});
