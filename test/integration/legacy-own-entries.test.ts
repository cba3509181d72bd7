import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { PUBLISHED_MARKER, SOURCE_MARKER } from '../../shared/model/names.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { SHORT_TIMEOUTS, eventually, legacyScene } from '../support/legacy-scene.ts';

const IDS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5', 'o-6', 'o-7', 'o-8', 'o-9'];
const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 };
/** So long that the leaps of the clock here are no absence. */
const FOREVER = 3_600_000;
/** More than there are instances of the legacy. */
const MANY = 12;

/** A server with these instances, and with so many entries that an Eurek8s has published there. */
async function eurekaWith(t: TestContext, ids: readonly string[], published: number): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ids) eureka.registry.register(registration('ORDERS', id));
  publish(eureka, published);
  return eureka;
}

function publish(eureka: FakeEureka, entries: number): void {
  const metadata = { [SOURCE_MARKER]: 'local/shop/billing', [PUBLISHED_MARKER]: 'true' };
  for (let n = 0; n < entries; n++)
    eureka.registry.register(registration('BILLING', `eurek8s:local:${n}`, { metadata }));
}

const ofLegacy = (ids: readonly string[]): readonly string[] => ids.filter((id) => id.startsWith('ORDERS/'));

async function morePolls({ requests }: FakeEureka): Promise<void> {
  const seen = requests.length;
  await eventually('more polls', () => requests.length > seen + 5);
}

for (const published of [0, MANY])
  test(`a start: what an Eurek8s published makes no list a longer one (${published} at the other one)`, async (t) => {
    const [first, second] = [await eurekaWith(t, [], MANY), await eurekaWith(t, IDS, published)];
    const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
    await eventually('the first sync', () => sink.syncs === 1);
    assert.equal(ofLegacy(sink.ids()).length, 9);
    assert.equal(source.health().detail['url'], second.url);
  });

test('a start: a list of nothing but that is as empty as one of nothing, and believed at the second time', async (t) => {
  const eureka = await eurekaWith(t, [], 1);
  const { sink } = legacyScene(t, { urls: [eureka.url], settings: { pollInterval: 10_000 } });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(eureka.count('apps/'), 2);
});

test('a start: such a list that was believed gives way to that of a server which answers later', async (t) => {
  const [first, second] = [await eurekaWith(t, [], MANY), await eurekaWith(t, IDS, 0)];
  second.fail('unavailable');
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url], settings: SHORT_TIMEOUTS });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.deepEqual(ofLegacy(sink.ids()), []);
  second.heal();
  await eventually('the longer list', () => ofLegacy(sink.ids()).length === 9);
  assert.equal(source.health().detail['url'], second.url);
});

test('a start: servers without anything else are looked at again while there is nothing else', async (t) => {
  const [first, second] = [await eurekaWith(t, [], MANY), await eurekaWith(t, [], 1)];
  const { sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  const asked = second.count('apps/');
  await eventually('the other one is asked twice', () => second.count('apps/') > asked + 1);
  for (const id of IDS) second.registry.register(registration('ORDERS', id));
  await eventually('the longer list', () => ofLegacy(sink.ids()).length === 9);
});

test('what is held is not confirmed while another server counts more than the polled one has of the legacy', async (t) => {
  const [first, second] = [await eurekaWith(t, IDS, MANY), await eurekaWith(t, IDS, 0)];
  let ahead = 0;
  const { source, sink } = legacyScene(t, {
    urls: [first.url, second.url],
    guards: GUARDS,
    settings: { staleAfter: FOREVER, headTimeout: FOREVER, bodyTimeout: FOREVER },
    options: { clock: systemClock(() => Date.now() + ahead) },
  });
  await eventually('the first sync', () => sink.syncs === 1);
  second.fail('hollow');
  for (const id of IDS) first.registry.remove('ORDERS', id, 'expired');
  await eventually('a hold', () => source.holds()[0]?.instances === 9);
  for (let n = 0; n < 12; n++) {
    const asked = second.count('apps/');
    ahead += GUARDS.grace / 5;
    await eventually('the other one is asked', () => second.count('apps/') > asked);
    await morePolls(first);
  }
  assert.equal(source.holds()[0]?.instances, 9);
  assert.equal(ofLegacy(sink.ids()).length, 9);
});

for (const there of [IDS.slice(8), []])
  test(`a part gives way to no list that is longer by what an Eurek8s published alone (${there.length} others)`, async (t) => {
    const [first, second] = [await eurekaWith(t, IDS, 0), await eurekaWith(t, there, MANY)];
    const { source, sink } = legacyScene(t, { urls: [first.url, second.url], guards: GUARDS });
    await eventually('the first sync', () => sink.syncs === 1);
    first.fail('no-delta');
    first.fail('partial');
    await eventually('the other one is asked twice', () => second.count('apps/') > 1);
    await morePolls(first);
    assert.equal(source.health().detail['url'], first.url);
    assert.equal(ofLegacy(sink.ids()).length, 9);
    assert.deepEqual(source.holds(), []);
  });

test('a part that lacks published entries as well gives way to a list with all of the legacy', async (t) => {
  const [first, second] = [await eurekaWith(t, IDS, MANY), await eurekaWith(t, IDS, MANY)];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url], guards: GUARDS });
  await eventually('the first sync', () => sink.syncs === 1);
  second.fail('unavailable');
  first.fail('no-delta');
  first.fail('partial');
  await eventually('it is told', () => source.health().lastError !== undefined);
  await morePolls(first);
  second.heal();
  await eventually('the whole list', () => source.health().detail['url'] === second.url);
  assert.equal(ofLegacy(sink.ids()).length, 9);
});
