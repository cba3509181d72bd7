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

test('a start: an empty list is not believed while another server counts what it does not list', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS, 'hollow')];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('several answers', () => first.count('apps/') > 5 && second.count('apps/') > 5);
  assert.equal(sink.syncs, 0);
  assert.match(source.health().lastError ?? '', /lists 0 of the 9 instances/);
  second.heal();
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.ids().length, 9);
});

test('a start: an empty list that was believed gives way to that of a server which answers later', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS, 'unavailable')];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.deepEqual(sink.ids(), []);
  second.heal();
  await eventually('the longer list', () => sink.ids().length === 9);
  assert.equal(source.health().detail['url'], second.url);
});

test('a start: the same where the first server lists something by then, and where another one answers with less', async (t) => {
  const [first, second, third] = [
    await eurekaWith(t, []),
    await eurekaWith(t, IDS, 'unavailable'),
    await eurekaWith(t, [], 'unavailable'),
  ];
  const { source, sink } = legacyScene(t, { urls: [first.url, third.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  first.registry.register(registration('ORDERS', 'o-1'));
  await eventually('the first instance', () => sink.ids().length === 1);
  third.heal();
  const before = third.count('apps/');
  await eventually('the third one is asked', () => third.count('apps/') > before);
  assert.equal(source.health().detail['url'], first.url);
  second.heal();
  await eventually('the longer list', () => sink.ids().length === 9);
  const asked = [first.count('apps/'), third.count('apps/')];
  const polls = second.requests.length;
  await eventually('polls go on', () => second.requests.length > polls + 20);
  assert.deepEqual([first.count('apps/'), third.count('apps/')], asked, 'and nobody else is asked any more');
});

test('a start: servers that listed nothing are looked at again while there is nothing', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, [])];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  for (const id of IDS) second.registry.register(registration('ORDERS', id));
  await eventually('the longer list', () => sink.ids().length === 9);
  assert.equal(source.health().detail['url'], second.url);
});

test('a start: a list of fewer than another server counts is looked at again', async (t) => {
  const [first, second] = [await eurekaWith(t, IDS, 'partial'), await eurekaWith(t, IDS.slice(0, 3))];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.ids().length, 3);
  first.heal();
  await eventually('the longer list', () => sink.ids().length === 9);
  assert.equal(source.health().detail['url'], first.url);
});

test('a start: a server that came in place of an empty list is judged like any other after a fail-over', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS, 'unavailable')];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  second.heal();
  await eventually('the longer list', () => sink.ids().length === 9);
  for (const id of IDS) first.registry.register(registration('ORDERS', id));
  second.fail('unavailable');
  await eventually('the first one is polled', () => source.health().detail['url'] === first.url);
  first.registry.remove('ORDERS', 'o-9');
  await eventually('the cancelled one is gone', () => sink.ids().length === 8);
  second.heal();
  const polls = first.requests.length;
  await eventually('polls go on', () => first.requests.length > polls + 40);
  assert.equal(source.health().detail['url'], first.url);
  assert.equal(sink.ids().length, 8);
});

test('a start: a list that was empty a moment before is compared with that of a server which answers later', async (t) => {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS, 'unavailable')];
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url], settings: { pollInterval: 200 } });
  await eventually('an empty list', () => source.health().lastError !== undefined);
  first.registry.register(registration('ORDERS', 'o-1'));
  await eventually('the first sync', () => sink.syncs === 1);
  second.heal();
  await eventually('the longer list', () => sink.ids().length === 9);
  assert.equal(source.health().detail['url'], second.url);
});

/** `young` is at the first server alone, and the second one, whose list is longer, is polled. `ahead`: its clock, in milliseconds. */
async function youngAtFirst(t: TestContext, ahead = 0) {
  const [first, second] = [await eurekaWith(t, []), await eurekaWith(t, IDS, 'unavailable')];
  second.registry.setAhead(ahead);
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url], settings: { pendingRecheckAfter: 50 } });
  await eventually('the first sync', () => sink.syncs === 1);
  for (const id of ['o-1', 'young']) first.registry.register(registration('ORDERS', id));
  await eventually('the first instances', () => sink.ids().length === 2);
  second.heal();
  await eventually('the longer list', () => sink.ids().length === IDS.length + 1);
  return { first, second, source, sink };
}

test('a start: what only the first server has stays, for as long as it has it, when another one lists more', async (t) => {
  const { first, second, source, sink } = await youngAtFirst(t);
  assert.equal(source.health().detail['url'], second.url);
  const polls = second.requests.length;
  await eventually('polls go on', () => second.requests.length > polls + 20);
  assert.ok(sink.ids().includes('ORDERS/young'));
  assert.deepEqual(source.holds(), []);
  first.registry.remove('ORDERS', 'young');
  await eventually('it is gone', () => !sink.ids().includes('ORDERS/young'));
});

test('a start: what comes to the polled server as well is judged by its lists from then on, whatever its clock says', async (t) => {
  const { first, second, source, sink } = await youngAtFirst(t, -60_000);
  second.registry.register(registration('ORDERS', 'young'));
  await eventually('it is listed', () => source.health().detail['unconfirmedWrites'] === 0);
  await first.stop();
  second.registry.remove('ORDERS', 'young');
  await eventually('it is gone', () => !sink.ids().includes('ORDERS/young'));
  assert.equal(sink.ids().length, IDS.length);
});
