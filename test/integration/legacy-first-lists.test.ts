import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { SHORT_TIMEOUTS, eventually, legacyScene } from '../support/legacy-scene.ts';

const IDS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5', 'o-6', 'o-7', 'o-8', 'o-9'];

/** A server with these instances, and what is wrong with its lists. */
async function eurekaWith(t: TestContext, ids: readonly string[], ...faults: readonly Fault[]): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ids) eureka.registry.register(registration('ORDERS', id));
  for (const fault of faults) eureka.fail(fault);
  return eureka;
}

test('a start: a first server that lists nothing is not believed while another one lists everything', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS)];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.ids().length, 9);
  assert.equal(source.health().detail['url'], second.url);
});

for (const faults of [['partial'], ['hollow'], ['empty']] as const)
  test(`a start: of several parts the longest counts, and is seen twice (${faults.join()})`, async (t) => {
    const [first, second, third] = [
      await eurekaWith(t, IDS, ...faults),
      await eurekaWith(t, IDS, 'short-list'),
      await eurekaWith(t, IDS.slice(0, 3), 'short-list'),
    ];
    const { source, sink } = legacyScene(t, { urls: [first.url, third.url, second.url] });
    await eventually('the first sync', () => sink.syncs === 1);
    assert.equal(sink.ids().length, 8);
    assert.equal(source.health().detail['url'], second.url);
    assert.ok(second.count('apps/') > 1);
  });

test('a start: a list of which a part is missing, and then an empty one, are not the same seen twice', async (t) => {
  const eureka = await eurekaWith(t, IDS, 'short-list');
  const { source, sink } = legacyScene(t, { urls: [eureka.url], settings: { pollInterval: 10_000 } });
  await eventually('a part', () => eureka.count('apps/') === 1 && source.health().lastError !== undefined);
  eureka.heal();
  eureka.fail('empty');
  await eventually('nothing', () => source.health().lastError?.includes('lists no instances') === true);
  eureka.heal();
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.ids().length, 9);
});

test('a start: where all servers list nothing, that is what there is', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, [])];
  const { sink } = legacyScene(t, { urls: [first.url, second.url], settings: { pollInterval: 10_000 } });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.deepEqual(sink.ids(), []);
  assert.deepEqual([first.count('apps/'), second.count('apps/')], [2, 2]);
});

for (const fault of ['unavailable', 'hang', 'slow', 'login-page'] as const)
  test(`a start: where the others do not answer, the first one that lists nothing is believed (${fault})`, async (t) => {
    const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS, fault)];
    const { sink } = legacyScene(t, { urls: [first.url, second.url], settings: SHORT_TIMEOUTS });
    await eventually('the first sync', () => sink.syncs === 1);
    assert.deepEqual(sink.ids(), []);
    assert.ok(second.count('apps/') > 0);
  });
