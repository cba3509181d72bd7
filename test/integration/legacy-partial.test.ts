import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { eventually, legacyScene, writes, type Scene } from '../support/legacy-scene.ts';

const IDS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5', 'o-6', 'o-7', 'o-8', 'o-9'];
const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 };

async function nine(t: TestContext): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of IDS) eureka.registry.register(registration('ORDERS', id));
  return eureka;
}

interface Running extends Scene {
  readonly eureka: FakeEureka;
  /** Advances the source's clock. */
  readonly skip: (ms: number) => void;
}

async function running(t: TestContext): Promise<Running> {
  const eureka = await nine(t);
  let ahead = 0;
  const options = { clock: systemClock(() => Date.now() + ahead) };
  const scene = legacyScene(t, { urls: [eureka.url], guards: GUARDS, options });
  await eventually('the first sync', () => scene.sink.syncs === 1);
  eureka.fail('no-delta');
  return { ...scene, eureka, skip: (ms) => (ahead += ms) };
}

for (const [fault, dialect] of [
  ['short-list', undefined],
  ['hollow', undefined],
  ['short-list', 'xml-only'],
  ['hollow', 'xml-only'],
] as const satisfies readonly (readonly [Fault, Fault | undefined])[])
  test(`an answer that lists fewer than it counts is no evidence of a removal, and confirms none (${fault}, ${dialect ?? 'json'})`, async (t) => {
    const { eureka, source, sink, skip } = await running(t);
    if (dialect !== undefined) eureka.fail(dialect);
    eureka.fail(fault);
    await eventually('it is told', () => /own hash code counts/.test(source.health().lastError ?? ''));
    skip(GUARDS.grace);
    let seen = eureka.count('apps/');
    await eventually('more answers', () => eureka.count('apps/') > seen + 5);
    assert.equal(sink.ids().length, 9);
    assert.deepEqual(source.holds(), []);
    assert.equal(source.health().state, 'synced');
    eureka.heal();
    eureka.fail('no-delta');
    eureka.registry.remove('ORDERS', 'o-9', 'expired');
    await eventually('the complete list removes', () => sink.ids().length === 8);
    seen = eureka.count('apps/');
    await eventually('more answers', () => eureka.count('apps/') > seen);
    assert.equal(source.health().lastError, undefined);
  });

test('a hold is not confirmed by answers that count what they do not list', async (t) => {
  const { eureka, source, sink, skip } = await running(t);
  eureka.fail('empty');
  await eventually('a hold', () => source.holds().length === 1);
  eureka.heal();
  eureka.fail('no-delta');
  eureka.fail('short-list');
  await eventually('those that are listed are back', () => source.holds()[0]?.instances === 1);
  skip(GUARDS.grace);
  const seen = eureka.count('apps/');
  await eventually('more answers', () => eureka.count('apps/') > seen + 5);
  assert.equal(source.holds()[0]?.instances, 1);
  assert.equal(sink.ids().length, 9);
});

test('what such an answer lists counts: news come, and a cancel through us stays one', async (t) => {
  const { eureka, source, sink, writes: target, skip } = await running(t);
  eureka.fail('short-list');
  await eventually('it is told', () => source.health().lastError !== undefined);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-9'))).status, 200);
  eureka.registry.register(registration('ORDERS', 'o-1', { hostName: 'moved.corp.example' }));
  eureka.registry.register(registration('BILLING', 'b-1'));
  eureka.registry.register(registration('BILLING', 'b-2'));
  await eventually('the new one', () => sink.record('BILLING', 'b-1') !== undefined);
  await eventually('the change', () => sink.record('ORDERS', 'o-1')?.hostName === 'moved.corp.example');
  // The last one is o-8 now, which only the first lists had.
  skip(120_000);
  await eventually('the cancel is no pending write any more', () => source.health().detail['unconfirmedWrites'] === 0);
  assert.deepEqual(sink.ids(), ['BILLING/b-1', ...IDS.slice(0, 8).map((id) => `ORDERS/${id}`)]);
});

test('a start: an answer that counts instances and lists none is no view, however often it comes', async (t) => {
  const eureka = await nine(t);
  eureka.fail('hollow');
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('several answers', () => eureka.count('apps/') > 5);
  assert.equal(sink.syncs, 0);
  assert.match(
    source.health().lastError ?? '',
    /lists 0 of the 9 instances that its own hash code counts; asking again/,
  );
  eureka.heal();
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.ids().length, 9);
});

test('a start: where another server has a complete list, that one counts', async (t) => {
  const [first, second] = [await nine(t), await nine(t)];
  first.fail('short-list');
  first.fail('no-delta');
  const { source, sink } = legacyScene(t, { urls: [first.url, second.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.ids().length, 9);
  assert.equal(source.health().detail['url'], second.url);
  assert.equal(source.health().lastError, undefined);
});

test('a start: a server that always counts more than it lists is believed at the second answer', async (t) => {
  const eureka = await nine(t);
  eureka.fail('short-list');
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.ok(eureka.count('apps/') >= 2);
  assert.equal(sink.ids().length, 8);
  await eventually('it is told', () => /lists 8 of the 9/.test(source.health().lastError ?? ''));
});

for (const hash of ['', 'UP_3_', 'UP_9', 'up_4711_', 'DOWN_0_UP_9_', 'UP_4711', 'UP:4711', 'STARTING_2_UP_7_'])
  test(`hash codes of other products say nothing: removals of complete lists count (${JSON.stringify(hash)})`, async (t) => {
    const { eureka, source, sink } = await running(t);
    eureka.front = ({ method, url }) =>
      method === 'GET' && url === '/eureka/apps/'
        ? {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              applications: {
                versions__delta: '1',
                apps__hashcode: hash,
                application: eureka.registry.full().applications,
              },
            }),
          }
        : undefined;
    eureka.registry.remove('ORDERS', 'o-9', 'expired');
    // The statuses that such a hash code names may be others, their number is no greater.
    if (hash.includes('9') || hash.includes('7')) eureka.registry.register(registration('ORDERS', 'o-10'));
    await eventually('it is gone', () => sink.record('ORDERS', 'o-9') === undefined);
    assert.equal(source.health().lastError, undefined);
  });

test('a server whose hash code never was that of its list is followed, until it was once', async (t) => {
  const eureka = await nine(t);
  eureka.fail('short-list');
  eureka.fail('no-delta');
  const { source, sink } = legacyScene(t, { urls: [eureka.url], guards: GUARDS });
  await eventually('the first sync', () => sink.syncs === 1);
  await eventually(
    'it is told',
    () => source.health().lastError?.endsWith('taken for whole, as none ever was') === true,
  );
  eureka.registry.remove('ORDERS', 'o-9');
  await eventually('o-8 is not listed, and gone', () => sink.ids().length === 7);
  eureka.heal();
  eureka.fail('no-delta');
  await eventually('the whole list', () => sink.ids().length === 8);
  eureka.fail('short-list');
  await eventually('it is told', () => source.health().lastError?.endsWith('stays as last known') === true);
  assert.equal(sink.ids().length, 8);
});
