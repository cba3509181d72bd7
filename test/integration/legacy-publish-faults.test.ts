import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Publisher } from '../../server/sources/legacy/publish/publisher.ts';
import { HOPS_HEADER } from '../../shared/model/hops.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { emptyApplication } from '../../shared/registry/application.ts';
import { type FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { eventually, legacyScene } from '../support/legacy-scene.ts';
import { registrationsAt, sentTo, startLegacy } from '../support/publish-scene.ts';
import { syntheticEntry } from '../support/synthetic-entries.ts';

const GUARDS = { maxRemoval: 100, minInstances: 1000, grace: 60_000, window: 60_000 };
/** Milliseconds between renewals. */
const RENEW_MS = 500;
const CAROL = Array.from({ length: 40 }, (_, i) => syntheticEntry('CAROL', i));
const [FIRST = syntheticEntry('CAROL', 0)] = CAROL;

interface Scene {
  readonly publisher: Publisher;
  readonly want: (records: readonly InstanceRecord[]) => void;
}

/** A publisher without the rest of the server, with short times. */
async function scene(t: TestContext, legacies: readonly FakeEureka[]): Promise<Scene> {
  const urls = legacies.map(({ url }) => url);
  const { publisher, sink } = legacyScene(t, {
    urls,
    settings: {
      writeTimeout: 2_000,
      publish: { renewEvery: RENEW_MS, minBackoff: 50, maxBackoff: 300, takenEvery: 300 },
    },
    options: {
      guards: GUARDS,
      config: {
        urls,
        pollInterval: 50,
        fullInterval: 60_000,
        required: true,
        peerFeed: false,
        publish: true,
        tls: { ca: undefined, cert: undefined, key: undefined },
      },
    },
  });
  assert.ok(publisher);
  t.after(() => publisher.stop());
  await eventually('the first sync', () => sink.syncs === 1);
  publisher.start(() => true);
  const want: Scene['want'] = (served) =>
    publisher.note([[undefined, { ...emptyApplication(FIRST.app), served: [...served] }]]);
  return { publisher, want };
}

function countAt({ registry }: FakeEureka): number {
  return registry.full().applications.find(({ name }) => name === 'CAROL')?.instance.length ?? 0;
}

const FAULTS: readonly Fault[] = ['unavailable', 'error-page', 'endless-error', 'login-page', 'hang', 'throttled'];
for (const fault of FAULTS)
  test(`a legacy that answers with ${fault} is asked within bounds, and gets everything afterwards`, async (t) => {
    const legacy = await startLegacy(t);
    legacy.registry.register(registration('ORDERS', 'o-1'));
    const { publisher, want } = await scene(t, [legacy]);
    legacy.fail(fault);
    want(CAROL);
    await eventually('trouble is told', () => publisher.report().failing > 0);
    const before = legacy.requests.length;
    await sleep(1000);
    // 40 entries at 7 requests a second each at the most, by the times of this test; the polls besides.
    assert.ok(legacy.requests.length - before < 400, `${legacy.requests.length - before} requests in a second`);
    assert.equal(publisher.report().published, 0);
    legacy.heal();
    await eventually('all are there', () => countAt(legacy) === CAROL.length && publisher.report().failing === 0);
  });

test('a 404 page of something in front of the legacy is no evidence that a lease is missing', async (t) => {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('ORDERS', 'o-1'));
  const { publisher, want } = await scene(t, [legacy]);
  want(CAROL);
  await eventually('all are there', () => countAt(legacy) === CAROL.length);
  const before = registrationsAt(legacy);
  legacy.front = ({ method }) =>
    method === 'GET'
      ? undefined
      : { status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body>no such site</body></html>' };
  await eventually('renewals fail', () => publisher.report().failing > 10);
  legacy.front = () => undefined;
  await eventually('renewals succeed', () => publisher.report().failing === 0);
  assert.equal(registrationsAt(legacy), before);
});

test('a slow legacy has few requests at a time, and a withdrawal comes before everything else', async (t) => {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('ORDERS', 'o-1'));
  const { want } = await scene(t, [legacy]);
  want([FIRST]);
  await eventually('the first', () => countAt(legacy) === 1);
  legacy.writeDelayMs = 400;
  want(CAROL);
  await eventually('some are there', () => countAt(legacy) >= 9);
  const others = CAROL.slice(1);
  want(others);
  await eventually('the first is gone', () => legacy.registry.find('CAROL', FIRST.id) === undefined);
  assert.ok(countAt(legacy) < others.length, 'before all others were registered');
  await eventually('all others are there', () => countAt(legacy) === others.length);
  assert.ok(legacy.maxWritesAtOnce <= 8, `${legacy.maxWritesAtOnce} at once`);
});

test('a registry that is lost without an outage is refilled within the time of a renewal', async (t) => {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('ORDERS', 'o-1'));
  const { want } = await scene(t, [legacy]);
  want(CAROL);
  await eventually('all are there', () => countAt(legacy) === CAROL.length);
  legacy.registry.clear();
  await eventually('all are there again', () => countAt(legacy) === CAROL.length);
  legacy.registry.remove('CAROL', FIRST.id);
  await eventually('the one is there again', () => countAt(legacy) === CAROL.length);
});

test('the next server takes over, and one that lacks the leases gets them', async (t) => {
  const [one, two] = [await startLegacy(t), await startLegacy(t)];
  for (const each of [one, two]) each.registry.register(registration('ORDERS', 'o-1'));
  const { publisher, want } = await scene(t, [one, two]);
  want(CAROL);
  await eventually('all are at the first', () => countAt(one) === CAROL.length);
  await one.stop();
  await eventually('all are at the second', () => countAt(two) === CAROL.length);
  // The two do not agree: the second has another status, which it would keep.
  two.registry.remove('CAROL', FIRST.id);
  two.registry.register(registration('CAROL', FIRST.id, { metadata: { 'eurek8s.io/source': 'main/shop/carol' } }));
  want([{ ...FIRST, status: 'OUT_OF_SERVICE' }, ...CAROL.slice(1)]);
  await eventually('the change', () => two.registry.find('CAROL', FIRST.id)?.status === 'OUT_OF_SERVICE');
  assert.equal(two.registry.find('CAROL', FIRST.id)?.['hostName'], FIRST.hostName);
  await two.stop();
  await one.listen();
  await eventually('the change is at the first too, once it is asked again', () => {
    want([{ ...FIRST, status: 'OUT_OF_SERVICE' }, ...CAROL.slice(1)]);
    return publisher.report().failing === 0 && sentTo(one, 'PUT') > 0;
  });
  assert.equal(countAt(one), CAROL.length);
});

test('a stop between a cancel and its registration lets the registration end', async (t) => {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('ORDERS', 'o-1'));
  const { publisher, want } = await scene(t, [legacy]);
  want([FIRST]);
  await eventually('it is there', () => countAt(legacy) === 1);
  legacy.writeDelayMs = 100;
  want([{ ...FIRST, status: 'OUT_OF_SERVICE' }]);
  await eventually('it is being cancelled', () => sentTo(legacy, 'DELETE') === 1);
  await publisher.stop();
  assert.equal(legacy.registry.find('CAROL', FIRST.id)?.status, 'OUT_OF_SERVICE');
  const before = legacy.requests.filter(({ method }) => method !== 'GET').length;
  want([]);
  await sleep(2 * RENEW_MS);
  assert.equal(legacy.requests.filter(({ method }) => method !== 'GET').length, before, 'nothing after the stop');
});

test('an application with 128 entries that flaps ends as it is at last, and keeps its pace', async (t) => {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('ORDERS', 'o-1'));
  const { publisher, want } = await scene(t, [legacy]);
  const entries = Array.from({ length: 128 }, (_, i) => syntheticEntry('CAROL', i));
  for (let i = 0; i < 40; i++) {
    want(i % 3 === 0 ? [] : entries.map((each) => ({ ...each, status: i % 2 === 0 ? 'DOWN' : 'UP' })));
    await sleep(20);
  }
  want(entries);
  await eventually('all are UP', () => {
    const { instance = [] } = legacy.registry.full().applications.find(({ name }) => name === 'CAROL') ?? {};
    return instance.length === 128 && instance.every(({ status }) => status === 'UP');
  });
  await eventually('nothing is left to do', () => publisher.report().published === 128);
  const changes = registrationsAt(legacy) + sentTo(legacy, 'DELETE');
  await sleep(2 * RENEW_MS);
  assert.equal(registrationsAt(legacy) + sentTo(legacy, 'DELETE'), changes);
  assert.ok(legacy.maxWritesAtOnce <= 8);
});

test('nothing is published into an Eurek8s, which would take nothing', async (t) => {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('ORDERS', 'o-1'));
  const list = { applications: { versions__delta: '1', apps__hashcode: '', application: [] } };
  legacy.front = ({ url }) =>
    url.startsWith('/eureka/apps/') && !url.includes('CAROL')
      ? {
          status: 200,
          headers: { 'content-type': 'application/json', [HOPS_HEADER]: 'another' },
          body: JSON.stringify(list),
        }
      : undefined;
  const { publisher, want } = await scene(t, [legacy]);
  want(CAROL);
  await sleep(500);
  assert.match(publisher.report().blocked ?? '', /lead to an Eurek8s/);
  assert.ok(legacy.requests.every(({ url, method }) => method === 'GET' && !url.includes('CAROL')));
});

test('a publisher begins at the server that is polled: the one before it may be cut off from it', async (t) => {
  const [one, two] = [await startLegacy(t), await startLegacy(t)];
  for (const each of [one, two]) each.registry.register(registration('ORDERS', 'o-1'));
  await one.stop();
  const { want } = await scene(t, [one, two]);
  await one.listen();
  want(CAROL);
  await eventually('all are at the second', () => countAt(two) === CAROL.length);
  await eventually('they are renewed', () => sentTo(two, 'PUT') > CAROL.length);
  assert.deepEqual([countAt(one), sentTo(one, 'GET')], [0, 0]);
});
