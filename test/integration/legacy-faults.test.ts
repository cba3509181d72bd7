import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { SHORT_TIMEOUTS, eventually, legacyScene, writes } from '../support/legacy-scene.ts';

/** Faults of registry answers. Nothing may be lost during them, and everything must recover by itself afterwards. */
const OUTAGES: readonly Fault[] = [
  'unavailable',
  'error-page',
  'endless-error',
  'forbidden',
  'unauthorized',
  'hang',
  'stall',
  'reset',
  'slow',
  'bomb',
  'truncated',
  'login-page',
  'throttled',
  'no-content',
  'empty-body',
  'unknown-coding',
];

for (const fault of OUTAGES) {
  test(`${fault}: the last view stays, is called stale, and recovers without a restart`, async (t) => {
    const eureka = await FakeEureka.start();
    t.after(() => eureka.stop());
    for (const id of ['o-1', 'o-2', 'o-3']) eureka.registry.register(registration('ORDERS', id));
    const settings = { ...SHORT_TIMEOUTS, maxDocumentBytes: 1024 * 1024 };
    const { source, sink } = legacyScene(t, { urls: [eureka.url], settings });
    await eventually('the first sync', () => sink.syncs === 1);
    const before = sink.ids();
    assert.equal(before.length, 3);

    eureka.fail(fault);
    await eventually('stale', () => source.health().state === 'stale');
    await eventually('a reason', () => source.health().lastError !== undefined);
    assert.deepEqual(sink.ids(), before);

    eureka.heal();
    eureka.registry.register(registration('ORDERS', 'o-4'));
    await eventually('o-4 is seen', () => sink.ids().includes('ORDERS/o-4'));
    assert.equal(source.health().state, 'synced');
    assert.equal(source.health().lastError, undefined);
    assert.equal(sink.syncs, 1);
  });

  test(`${fault} at the start: no sync before a real answer, then a complete one`, async (t) => {
    const eureka = await FakeEureka.start();
    t.after(() => eureka.stop());
    eureka.registry.register(registration('ORDERS', 'o-1'));
    eureka.fail(fault);
    const settings = { ...SHORT_TIMEOUTS, maxDocumentBytes: 1024 * 1024 };
    const { source, sink } = legacyScene(t, { urls: [eureka.url], settings });
    await eventually('a failure is reported', () => source.health().lastError !== undefined);
    assert.equal(sink.syncs, 0);
    assert.equal(source.health().state, 'starting');
    eureka.heal();
    await eventually('the first sync', () => sink.syncs === 1);
    assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
  });
}

test('a first list that is empty, and by its own hash code should not be, is never believed', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.fail('hollow');
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('polls', () => eureka.requests.length > 5);
  assert.equal(sink.syncs, 0);
  assert.match(source.health().lastError ?? '', /: lists no instances, and its hash code counts 1$/);
  eureka.heal();
  await eventually('the first sync', () => sink.syncs === 1);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

test('a first list with fewer instances than its hash code counts is asked for again, and then it is what there is', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ['o-1', 'o-2', 'o-3']) eureka.registry.register(registration('ORDERS', id));
  eureka.fail('partial');
  const { source, sink } = legacyScene(t, { urls: [eureka.url], settings: { pollInterval: 10_000 } });
  await eventually('a reason', () => source.health().lastError !== undefined);
  assert.match(source.health().lastError ?? '', /: lists 2 instances less than its hash code counts; asking again$/);
  assert.equal(sink.syncs, 0);
  await eventually('the first sync', () => sink.syncs === 1);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

test('a legacy that starts late is found as soon as it is there', async (t) => {
  const eureka = await FakeEureka.start();
  await eureka.stop();
  t.after(() => eureka.stop());
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('it is refused', () => source.health().lastError?.includes('connection refused') === true);
  assert.equal(source.health().state, 'starting');
  eureka.registry.register(registration('ORDERS', 'o-1'));
  await eureka.listen();
  await eventually('the first sync', () => sink.syncs === 1);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

test('long and endless error bodies leave no connection behind and wedge none', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { sink } = legacyScene(t, {
    urls: [eureka.url],
    settings: { maxBackoff: 20, headTimeout: 60, bodyTimeout: 60 },
  });
  await eventually('the first sync', () => sink.syncs === 1);
  for (const fault of ['error-page', 'endless-error'] as const) {
    eureka.fail(fault);
    const seen = eureka.requests.length;
    // More failures than the pool has connections.
    await eventually(`failures with ${fault}`, () => eureka.requests.length > seen + 12);
    assert.ok(eureka.connections <= 3, `${eureka.connections} connections`);
    eureka.heal();
    eureka.registry.register(registration('ORDERS', fault));
    await eventually('it is well again', () => sink.ids().includes(`ORDERS/${fault}`));
  }
});

test('credentials of the URL are sent and never shown', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const url = eureka.url.replace('//', '//fleet:s%3Acret@');
  const { source, sink } = legacyScene(t, { urls: [url] });
  await eventually('the first sync', () => sink.syncs === 1);
  const expected = `Basic ${Buffer.from('fleet:s:cret').toString('base64')}`;
  assert.equal(eureka.requests.at(-1)?.headers.authorization, expected);
  assert.equal(source.health().detail['url'], eureka.url);
  await eureka.stop();
  await eventually('a failure is reported', () => source.health().lastError !== undefined);
  assert.doesNotMatch(JSON.stringify(source.health()), /cret/);
});

test('two URLs: polling moves to the one that answers and stays there', async (t) => {
  const [first, second] = [await FakeEureka.start(), await FakeEureka.start()];
  t.after(() => Promise.all([first.stop(), second.stop()]));
  for (const eureka of [first, second]) eureka.registry.register(registration('ORDERS', 'o-1'));
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url], settings: SHORT_TIMEOUTS });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(second.requests.length, 0);
  first.fail('hang');
  await eventually('the second is polled', () => source.health().detail['url'] === second.url);
  first.heal();
  second.registry.register(registration('ORDERS', 'o-2'));
  await eventually('changes of the second are seen', () => sink.ids().includes('ORDERS/o-2'));
  const asked = first.requests.length;
  const polled = second.requests.length;
  await eventually('more polls', () => second.requests.length > polled + 5);
  assert.equal(first.requests.length, asked);
  await second.stop();
  first.registry.register(registration('ORDERS', 'o-3'));
  await eventually('back to the first', () => sink.ids().includes('ORDERS/o-3'));
  assert.notEqual(source.health().state, 'starting');
});

test('stopping while the legacy hangs ends at once', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.fail('hang');
  const { source } = legacyScene(t, { urls: [eureka.url], settings: { headTimeout: 60_000 } });
  await eventually('it was polled', () => eureka.requests.length > 0);
  await source.stop();
});

test('a connection that the server was just closing costs nothing, a second one in a row does', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { sink, writes: target } = legacyScene(t, { urls: [eureka.url], settings: { pollInterval: 600_000 } });
  await eventually('the first sync', () => sink.syncs === 1);
  eureka.drops = 1;
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  eureka.drops = 2;
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 503);
});

test('a small answer that is 100 MB of XML is refused by its stated size, and what was known stays', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  const body = gzipSync(`<applications>${'<a/>'.repeat(25_000_000)}</applications>`);
  assert.ok(body.length < 200_000);
  eureka.front = () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body });
  await eventually('it is refused', () => source.health().lastError?.includes('XML is longer than') === true);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
  eureka.front = () => undefined;
  await eventually('it is well again', () => source.health().state === 'synced');
});

test('a document that begins with megabytes of blanks is no registry', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.front = () => ({ status: 200, body: ' '.repeat(2_000_000) });
  const { source } = legacyScene(t, { urls: [eureka.url] });
  await eventually('it is refused', () => source.health().lastError?.includes('blanks') === true);
});
