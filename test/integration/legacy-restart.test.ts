import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { membersOf } from '../../shared/data/shape.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { eventually, legacyScene, writes, type Scene, type SceneOptions } from '../support/legacy-scene.ts';

const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 };

/** A server that lists this many instances. */
async function server(t: TestContext, count: number): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (let n = 1; n <= count; n++) eureka.registry.register(registration('ORDERS', `o-${n}`));
  return eureka;
}

async function synced(scene: Scene): Promise<Scene> {
  await eventually('the first sync', () => scene.sink.syncs === 1);
  return scene;
}

type Restored = NonNullable<SceneOptions['restored']>;

/** What the file has of it. */
async function ended({ source, sink }: Scene): Promise<Restored> {
  await source.stop();
  const state: unknown = JSON.parse(JSON.stringify(source.memory().state));
  return { contributions: new Map(sink.view), state };
}

/** As a version has written it that kept nothing of the polls. */
function older(restored: Restored): Restored {
  const { poll: _poll, ...state } = membersOf(restored.state);
  return { ...restored, state };
}

function withFaults(eureka: FakeEureka, ...faults: readonly Fault[]): void {
  eureka.heal();
  for (const fault of faults) eureka.fail(fault);
}

test('a server whose hash code never was that of its list is followed after a restart too, and holds end', async (t) => {
  const eureka = await server(t, 10);
  withFaults(eureka, 'no-delta', 'high-hash');
  let ahead = 0;
  const options = { clock: systemClock(() => Date.now() + ahead) };
  // A clock that is put forward is no time out of touch.
  const scene = { urls: [eureka.url], guards: GUARDS, options, settings: { staleAfter: 2 * GUARDS.grace } };
  const first = await synced(legacyScene(t, scene));
  eureka.registry.remove('ORDERS', 'o-10');
  await eventually('o-10 is gone', () => first.sink.ids().length === 9);

  const second = await synced(legacyScene(t, { ...scene, restored: await ended(first) }));
  eureka.registry.remove('ORDERS', 'o-9');
  await eventually('o-9 is gone', () => second.sink.ids().length === 8);
  for (const id of ['o-8', 'o-7', 'o-6']) eureka.registry.remove('ORDERS', id);
  await eventually('a hold', () => second.source.holds().length === 1);
  ahead += GUARDS.grace;
  await eventually('it is gone over', () => second.source.holds().length === 0 && second.sink.ids().length === 5);
});

test('a hash code that was true is one after a restart, though all that was listed is held', async (t) => {
  const eureka = await server(t, 10);
  let ahead = 0;
  const options = { clock: systemClock(() => Date.now() + ahead) };
  // A clock that is put forward is no time out of touch.
  const scene = { urls: [eureka.url], guards: GUARDS, options, settings: { staleAfter: 2 * GUARDS.grace } };
  const first = await synced(legacyScene(t, scene));
  withFaults(eureka, 'no-delta', 'empty');
  await eventually('a hold', () => first.source.holds()[0]?.instances === 10);
  const restored = await ended(first);

  withFaults(eureka, 'no-delta', 'short-list');
  const second = await synced(legacyScene(t, { ...scene, restored }));
  await eventually('those that are listed are back', () => second.source.holds()[0]?.instances === 1);
  ahead += GUARDS.grace;
  const seen = eureka.count('apps/');
  await eventually('more answers', () => eureka.count('apps/') > seen + 15);
  assert.equal(second.source.holds()[0]?.instances, 1);
  assert.equal(second.sink.ids().length, 10);
});

test('an older file does not say it: nothing goes until ten lists have shown that it never is true', async (t) => {
  const eureka = await server(t, 10);
  withFaults(eureka, 'no-delta', 'high-hash');
  const scene = { urls: [eureka.url], guards: GUARDS };
  const restored = older(await ended(await synced(legacyScene(t, scene))));
  eureka.registry.remove('ORDERS', 'o-10');
  const seen = eureka.count('apps/');
  const { source, sink } = legacyScene(t, { ...scene, restored });
  await eventually('a part', () => source.health().lastError?.endsWith('stays as last known') === true);
  assert.equal(sink.ids().length, 10);
  await eventually('o-10 is gone', () => sink.ids().length === 9);
  assert.ok(eureka.count('apps/') - seen >= 10);
  assert.match(source.health().lastError ?? '', /taken for whole, as none ever was$/);
});

test('what was learned of the hash codes is written without a change of the registry', async (t) => {
  const eureka = await server(t, 10);
  withFaults(eureka, 'no-delta', 'high-hash');
  const { sink } = await synced(legacyScene(t, { urls: [eureka.url] }));
  const before = sink.stateChanges;
  withFaults(eureka, 'no-delta');
  await eventually('a change of the state', () => sink.stateChanges === before + 1);
});

test('the server that was polled last is asked first after a restart, and gets the writes', async (t) => {
  const [first, second] = [await server(t, 8), await server(t, 10)];
  await first.stop();
  const urls = [first.url, second.url.replace('http://', 'http://user:hunter2@')];
  const scene = { urls, guards: GUARDS };
  const before = await synced(legacyScene(t, scene));
  assert.equal(before.sink.ids().length, 10);
  await first.listen();
  const restored = await ended(before);
  assert.ok(!JSON.stringify(restored.state).includes('hunter2'));

  const asked = first.requests.length;
  const fetched = second.count('apps/');
  const after = legacyScene(t, { ...scene, restored });
  const write = writes.register('ORDERS', 'o-11', registration('ORDERS', 'o-11'));
  assert.equal((await after.writes.apply(write)).status, 204);
  await synced(after);
  await eventually('it is polled', () => second.count('apps/') > fetched);
  assert.equal(first.requests.length, asked);
  assert.equal(after.sink.ids().length, 11);
  assert.deepEqual(after.source.holds(), []);
});

test('the configured order is that of a restart where the server that was polled last is no longer configured', async (t) => {
  const [first, second, third] = [await server(t, 10), await server(t, 10), await server(t, 10)];
  await first.stop();
  const restored = await ended(await synced(legacyScene(t, { urls: [first.url, second.url] })));
  await first.listen();
  await synced(legacyScene(t, { urls: [third.url, first.url], restored }));
  assert.ok(third.count('apps/') > 0);
  assert.equal(first.count('apps/'), 0);
});

test('a fail-over is written without a change of the registry', async (t) => {
  const [first, second] = [await server(t, 10), await server(t, 10)];
  for (const each of [first, second]) withFaults(each, 'high-hash', 'no-delta');
  const { source, sink } = await synced(legacyScene(t, { urls: [first.url, second.url] }));
  await eventually('the first list', () => sink.stateChanges === 1);
  await first.stop();
  await eventually('the other one', () => source.health().detail['url'] === second.url);
  await eventually('a change of the state', () => sink.stateChanges === 2);
});
