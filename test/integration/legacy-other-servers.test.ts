import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { HOPS_HEADER } from '../../shared/model/hops.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { eventually, legacyScene, type Scene } from '../support/legacy-scene.ts';

const IDS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5', 'o-6', 'o-7', 'o-8', 'o-9'];
const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 };
/** So long that whoever waits for such an answer waits for ever, and that the leaps of the clock here are no absence. */
const FOREVER = 3_600_000;

interface Two extends Scene {
  /** The one that is polled. */
  readonly first: FakeEureka;
  readonly second: FakeEureka;
  /** Advances the source's clock. */
  readonly skip: (ms: number) => void;
}

async function withOrders(t: TestContext, ids: readonly string[] = IDS): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ids) eureka.registry.register(registration('ORDERS', id));
  return eureka;
}

/** Two servers of one legacy, of which the first one was polled. `there`: what the second one lists. */
async function two(t: TestContext, there: readonly string[] = IDS): Promise<Two> {
  const [first, second] = [await withOrders(t), await withOrders(t, there)];
  let ahead = 0;
  const scene = legacyScene(t, {
    urls: [first.url, second.url],
    guards: GUARDS,
    settings: { headTimeout: FOREVER, bodyTimeout: FOREVER, staleAfter: FOREVER },
    options: { clock: systemClock(() => Date.now() + ahead) },
  });
  await eventually('the first sync', () => scene.sink.syncs === 1);
  return { ...scene, first, second, skip: (ms) => (ahead += ms) };
}

async function morePolls({ requests }: FakeEureka): Promise<void> {
  const seen = requests.length;
  await eventually('more polls', () => requests.length > seen + 5);
}

const SLOW = ['hang', 'stall'] as const satisfies readonly Fault[];

for (const fault of SLOW)
  test(`another server whose answer never comes delays no poll, and no end of a hold (${fault})`, async (t) => {
    const { source, sink, first, second, skip } = await two(t);
    second.fail(fault);
    for (const id of IDS.slice(4)) first.registry.remove('ORDERS', id, 'expired');
    await eventually('a hold', () => source.holds()[0]?.instances === 5);
    await eventually('the other one is asked', () => second.requests.length === 1);
    first.registry.register(registration('ORDERS', 'new'));
    await eventually('the new one', () => sink.record('ORDERS', 'new') !== undefined);
    for (let n = 0; n < 12; n++) {
      skip(GUARDS.grace / 10);
      await morePolls(first);
    }
    assert.deepEqual(source.holds(), []);
    assert.equal(sink.ids().length, 5);
    assert.equal(second.requests.length, 1, 'once at a time');
  });

for (const listed of ['new', undefined])
  test(`a hold of a process before this one delays no first poll, whatever another server does (${listed ?? 'nothing'} is listed)`, async (t) => {
    const { source, sink, first, second } = await two(t);
    second.fail('hang');
    first.registry.clear();
    await eventually('a hold', () => source.holds()[0]?.instances === 9);
    const contributions = new Map(sink.view);
    const restored = { contributions, state: source.memory().state, lastSuccessAt: Date.now(), details: new Map() };
    await source.stop();
    if (listed !== undefined) first.registry.register(registration('ORDERS', listed));
    const next = legacyScene(t, {
      urls: [first.url, second.url],
      guards: GUARDS,
      settings: { headTimeout: FOREVER, bodyTimeout: FOREVER },
      restored,
    });
    await eventually('the first poll', () => next.sink.syncs === 1);
    assert.equal(next.source.holds()[0]?.instances, 9);
    assert.equal(next.sink.ids().length, listed === undefined ? 9 : 10);
  });

test('a stop waits for no other server', async (t) => {
  const { source, first, second } = await two(t);
  second.fail('stall');
  first.registry.clear();
  await eventually('the other one is asked', () => second.requests.length === 1);
  await source.stop();
});

test('while a part of the list is missing, another server whose answer never comes delays no poll', async (t) => {
  const { source, sink, first, second } = await two(t);
  second.fail('hang');
  first.fail('no-delta');
  first.fail('short-list');
  await eventually('it is told', () => source.health().lastError !== undefined);
  first.registry.register(registration('BILLING', 'b-1'));
  first.registry.register(registration('BILLING', 'b-2'));
  await eventually('the new one', () => sink.record('BILLING', 'b-1') !== undefined);
  await eventually('the other one is asked', () => second.requests.length === 1);
  await morePolls(first);
  assert.equal(sink.ids().length, 10);
});

test('while a part of the list is missing, the one that has the whole list is found and polled', async (t) => {
  const { source, sink, first, second } = await two(t, [...IDS, 'only-there']);
  first.fail('no-delta');
  first.fail('short-list');
  await eventually('what only the other one has', () => sink.record('ORDERS', 'only-there') !== undefined);
  assert.equal(source.health().detail['url'], second.url);
  await morePolls(second);
  assert.equal(source.health().lastError, undefined);
  assert.equal(sink.ids().length, 10);
});

for (const [fault, there] of [
  ['short-list', IDS.slice(2)],
  ['short-list', IDS.slice(1)],
  ['short-list', []],
  ['partial', IDS.slice(8)],
  ['hollow', IDS.slice(2)],
  ['hollow', []],
] as const)
  test(`a part of a list counts more than a whole list of fewer (${fault}, ${there.length} of 9): that server may have been restarted`, async (t) => {
    const { source, sink, first, second, skip } = await two(t, there);
    first.fail('no-delta');
    first.fail(fault);
    await eventually('the other one is asked twice', () => second.count('apps/') > 1);
    for (let n = 0; n < 12; n++) {
      skip(GUARDS.grace / 10);
      await morePolls(first);
    }
    assert.equal(sink.ids().length, 9);
    assert.deepEqual(source.holds(), []);
    assert.equal(source.health().detail['url'], first.url);
  });

for (const fault of ['hollow', 'partial'] as const)
  test(`what is held is not confirmed while another server counts more than it lists, and more than is listed (${fault})`, async (t) => {
    const { source, sink, first, second, skip } = await two(t);
    second.fail(fault);
    for (const id of IDS.slice(1)) first.registry.remove('ORDERS', id, 'expired');
    await eventually('a hold', () => source.holds()[0]?.instances === 8);
    for (let n = 0; n < 12; n++) {
      const asked = second.count('apps/');
      skip(GUARDS.grace / 5);
      await eventually('the other one is asked', () => second.count('apps/') > asked);
      await morePolls(first);
    }
    assert.equal(sink.ids().length, 9);
    // It counts no more than what is listed.
    for (const id of IDS.slice(1)) second.registry.remove('ORDERS', id, 'expired');
    for (let n = 0; n < 12; n++) {
      skip(GUARDS.grace / 5);
      await morePolls(first);
    }
    assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
  });

test("an Eurek8s takes no server's place for its whole list: it has what it holds itself", async (t) => {
  const { source, sink, first, second } = await two(t);
  const { hash, applications } = second.registry.full();
  const body = JSON.stringify({
    applications: { versions__delta: '1', apps__hashcode: hash, application: applications },
  });
  second.front = () => ({
    status: 200,
    headers: { 'content-type': 'application/json', [HOPS_HEADER]: 'another' },
    body,
  });
  first.fail('no-delta');
  first.fail('short-list');
  await eventually('it is asked twice', () => second.requests.length > 1);
  await morePolls(first);
  assert.equal(source.health().detail['url'], first.url);
  assert.equal(sink.ids().length, 9);
});
