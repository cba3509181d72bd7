import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../../server/ports/running-server.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { Relay } from '../support/relay.ts';
import { serveForTest } from '../support/running-server.ts';

interface SourceJson {
  readonly state: string;
  readonly lastError?: string;
}

const LOOP = /leads back to this Eurek8s/;

async function eureka(t: TestContext): Promise<FakeEureka> {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  for (const id of ['o-1', 'o-2']) legacy.registry.register(registration('ORDERS', id));
  return legacy;
}

async function relayTo(t: TestContext, port: number): Promise<Relay> {
  const relay = await Relay.start(port);
  t.after(() => relay.stop());
  return relay;
}

async function behind(
  t: TestContext,
  urls: readonly string[],
  log: { error?: () => void } = {},
): Promise<RunningServer> {
  const flags = { 'leases.enabled': ['false'], 'legacy.urls': urls, 'legacy.pollInterval': ['250ms'] };
  return serveForTest(t, { flags, log });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function legacyOf({ url }: RunningServer): Promise<SourceJson> {
  const { sources } = (await (await fetch(`${url}/eurek8s/sources`)).json()) as { readonly sources: SourceJson[] };
  return sources[0] ?? { state: 'none' };
}

async function ids({ url }: RunningServer): Promise<readonly string[]> {
  const response = await fetch(`${url}/eureka/apps`, { headers: { accept: 'application/xml' } });
  return [...(await response.text()).matchAll(/<instanceId>([^<]*)/g)].map(([, id = '']) => id).toSorted();
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(20);
  }
}

async function synced(server: RunningServer): Promise<void> {
  await eventually('synced', async () => (await legacyOf(server)).state === 'synced');
}

async function looped(server: RunningServer): Promise<void> {
  await eventually('the loop is seen', async () => {
    const { state, lastError = '' } = await legacyOf(server);
    return state !== 'synced' && LOOP.test(lastError);
  });
}

/** Sends every kind of write, and returns how long the slowest took. */
async function refusedWrites({ url }: RunningServer): Promise<void> {
  const app = `${url}/eureka/apps/ORDERS`;
  const body = JSON.stringify({ instance: registration('ORDERS', 'o-3') });
  const requests: readonly (readonly [string, RequestInit])[] = [
    [app, { method: 'POST', body, headers: { 'content-type': 'application/json' } }],
    [`${app}/o-1`, { method: 'PUT' }],
    [`${app}/o-1/status?value=DOWN`, { method: 'PUT' }],
    [`${app}/o-1/status`, { method: 'DELETE' }],
    [`${app}/o-1/metadata?a=b`, { method: 'PUT' }],
    [`${app}/o-1`, { method: 'DELETE' }],
  ];
  for (const [target, init] of requests) {
    const begun = performance.now();
    const response = await fetch(target, init);
    assert.equal(response.status, 503, `${init.method} ${target}`);
    // By what the last poll saw, and not because the write went out and came back.
    assert.match(response.headers.get('x-eurek8s-reason') ?? '', LOOP);
    // Writes in a loop wait 5 s for themselves.
    assert.ok(performance.now() - begun < 3_000, `${init.method} took ${performance.now() - begun} ms`);
  }
}

test('a name that comes to lead from the legacy to ourselves: stale with the reason, all entries kept, writes 503', async (t) => {
  const legacy = await eureka(t);
  const relay = await relayTo(t, legacy.port);
  let alarms = 0;
  const server = await behind(t, [`http://127.0.0.1:${relay.port}/eureka`], { error: () => alarms++ });
  await synced(server);
  relay.turn(portOf(server.url));
  await legacy.stop();
  await looped(server);
  assert.deepEqual(await ids(server), ['o-1', 'o-2']);
  await refusedWrites(server);
  assert.deepEqual(await ids(server), ['o-1', 'o-2']);
  assert.match(await (await fetch(`${server.url}/metrics`)).text(), /^eurek8s_legacy_loops 1$/m);
  assert.equal(alarms, 1);
  await legacy.listen();
  legacy.registry.register(registration('ORDERS', 'o-3'));
  relay.turn(legacy.port);
  await synced(server);
  await eventually('o-3 is seen', async () => (await ids(server)).includes('o-3'));
  assert.equal((await fetch(`${server.url}/eureka/apps/ORDERS/o-1`, { method: 'PUT' })).status, 200);
  assert.match(await (await fetch(`${server.url}/metrics`)).text(), /^eurek8s_legacy_loops 0$/m);
});

test('a legacy that redirects to ourselves is a loop as well', async (t) => {
  const legacy = await eureka(t);
  const server = await behind(t, [legacy.url]);
  await synced(server);
  legacy.front = ({ url }) => ({ status: 307, headers: { location: server.url + url } });
  await looped(server);
  await refusedWrites(server);
  assert.deepEqual(await ids(server), ['o-1', 'o-2']);
});

test('our own URL from the start: never ready, with the reason', async (t) => {
  const relay = await relayTo(t, 9);
  const server = await behind(t, [`http://127.0.0.1:${relay.port}/eureka`]);
  relay.turn(portOf(server.url));
  await looped(server);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
  await refusedWrites(server);
});

test('two that come to name each other are a loop, whoever was first', async (t) => {
  const legacy = await eureka(t);
  const [toFirst, toSecond] = [await relayTo(t, legacy.port), await relayTo(t, legacy.port)];
  const first = await behind(t, [`http://127.0.0.1:${toSecond.port}/eureka`]);
  const second = await behind(t, [`http://127.0.0.1:${toFirst.port}/eureka`]);
  await Promise.all([synced(first), synced(second)]);
  toFirst.turn(portOf(first.url));
  toSecond.turn(portOf(second.url));
  await Promise.all([looped(first), looped(second)]);
  await refusedWrites(first);
  await refusedWrites(second);
  for (const server of [first, second]) assert.deepEqual(await ids(server), ['o-1', 'o-2']);
  toSecond.turn(legacy.port);
  await Promise.all([synced(first), synced(second)]);
});

test('of three replicas behind one name each sees that nothing is behind it', async (t) => {
  const legacy = await eureka(t);
  const relays = await Promise.all([1, 2, 3].map(async () => relayTo(t, legacy.port)));
  const servers = await Promise.all(relays.map(async ({ port }) => behind(t, [`http://127.0.0.1:${port}/eureka`])));
  await Promise.all(servers.map(synced));
  // The first polls the second, the second the third, and the third itself.
  for (const [index, relay] of relays.entries()) relay.turn(portOf((servers[index + 1] ?? servers[2])?.url ?? ''));
  await Promise.all(servers.map(looped));
  for (const server of servers) assert.deepEqual(await ids(server), ['o-1', 'o-2']);
});

test('one Eurek8s behind another is no loop: reads and writes go through both', async (t) => {
  const legacy = await eureka(t);
  const near = await behind(t, [legacy.url]);
  await synced(near);
  const far = await behind(t, [`${near.url}/eureka`]);
  await synced(far);
  assert.deepEqual(await ids(far), ['o-1', 'o-2']);
  const body = JSON.stringify({ instance: registration('ORDERS', 'o-3') });
  const headers = { 'content-type': 'application/json' };
  assert.equal((await fetch(`${far.url}/eureka/apps/ORDERS`, { method: 'POST', body, headers })).status, 204);
  assert.deepEqual(await ids(far), ['o-1', 'o-2', 'o-3']);
  assert.notEqual(legacy.registry.find('ORDERS', 'o-3'), undefined);
  await sleep(600);
  assert.equal((await legacyOf(far)).state, 'synced');
});

test('with another URL that is a legacy, that one is used, and the alarm stays', async (t) => {
  const legacy = await eureka(t);
  const relay = await relayTo(t, 9);
  let alarms = 0;
  const urls = [`http://127.0.0.1:${relay.port}/eureka`, legacy.url];
  const server = await behind(t, urls, { error: () => alarms++ });
  relay.turn(portOf(server.url));
  await synced(server);
  await legacy.stop();
  await looped(server);
  await legacy.listen();
  await synced(server);
  assert.equal((await fetch(`${server.url}/eureka/apps/ORDERS/o-1`, { method: 'PUT' })).status, 200);
  assert.match(await (await fetch(`${server.url}/metrics`)).text(), /^eurek8s_legacy_loops 1$/m);
  assert.equal(alarms, 1);
});

test('clients see nothing of it', async (t) => {
  const legacy = await eureka(t);
  const server = await behind(t, [legacy.url]);
  await synced(server);
  assert.equal((await fetch(`${server.url}/eureka/apps`)).headers.get('x-eurek8s-hops'), null);
  const headers = { 'x-eurek8s-hops': 'somebody' };
  for (let turn = 0; turn < 2; turn++) {
    const answer = await fetch(`${server.url}/eureka/apps`, { headers });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('x-eurek8s-hops') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(answer.headers.get('content-type'), 'application/xml');
  }
});
