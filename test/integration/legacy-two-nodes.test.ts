import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LegacySettings } from '../../server/sources/legacy/settings.ts';
import { systemClock } from '../../server/system/clock.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, instanceId } from '../../shared/model/names.ts';
import type { PeerItem } from '../../shared/model/peer-item.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { instance } from '../support/instances.ts';
import { eventually, legacyScene, writes, type Scene, type SceneOptions } from '../support/legacy-scene.ts';

interface TwoNodes extends Scene {
  /** The one that is polled. */
  readonly first: FakeEureka;
  readonly second: FakeEureka;
  /** Ends this process, and begins another one with what it knew, by way of the file. */
  readonly restarted: (options?: SceneOptions['options']) => Promise<Scene>;
}

/** Two servers of one legacy that do not hear of each other. */
async function twoNodes(
  t: TestContext,
  { guards = {}, ...changes }: Partial<LegacySettings> & Pick<SceneOptions, 'guards'> = {},
): Promise<TwoNodes> {
  const [first, second] = [await FakeEureka.start(), await FakeEureka.start()];
  t.after(() => Promise.all([first.stop(), second.stop()]));
  for (const eureka of [first, second])
    for (const id of ['o-1', 'o-2']) eureka.registry.register(registration('ORDERS', id));
  const settings = { pendingRecheckAfter: 50, minBackoff: 100, ...changes };
  const scene = legacyScene(t, { urls: [first.url, second.url], settings, guards });
  await eventually('the first sync', () => scene.sink.syncs === 1);
  const restarted = async (options: SceneOptions['options'] = {}): Promise<Scene> => {
    await scene.source.stop();
    const state: unknown = JSON.parse(JSON.stringify(scene.source.memory().state));
    const contributions = new Map(scene.sink.view);
    const next = legacyScene(t, {
      urls: [first.url, second.url],
      settings,
      options,
      restored: { contributions, state },
    });
    await eventually('the first sync of the next process', () => next.sink.syncs === 1);
    return next;
  };
  return { ...scene, first, second, restarted };
}

/** Registers instances while the first server takes no writes, from then on. */
async function takenBySecond(first: FakeEureka, target: Scene['writes'], ids: readonly string[]): Promise<void> {
  first.fail('error-page', 'writes');
  for (const id of ids)
    assert.equal((await target.apply(writes.register('ORDERS', id, registration('ORDERS', id)))).status, 204);
}

/** How often a server was asked for one instance. */
function asked({ requests }: FakeEureka, id: string): number {
  return requests.filter(({ method, url }) => method === 'GET' && url.endsWith(`/${id}`)).length;
}

test('a write that another server took is rechecked there: what it says goes on, whatever the lists of the first show', async (t) => {
  const { first, second, sink, source, writes: target } = await twoNodes(t);
  await takenBySecond(first, target, ['new']);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
  assert.ok(first.registry.find('ORDERS', 'o-2') !== undefined && second.registry.find('ORDERS', 'o-2') === undefined);
  const expected = ['ORDERS/new', 'ORDERS/o-1'];
  assert.deepEqual(sink.ids(), expected);
  await eventually('both are asked for twice', () => asked(second, 'new') > 2 && asked(second, 'o-2') > 1);
  assert.deepEqual(sink.ids(), expected);
  assert.equal(asked(first, 'new') + asked(first, 'o-2'), 0);
  assert.equal(source.health().detail['url'], first.url);
});

test('a write that another server took is rechecked there after a restart, too', async (t) => {
  const { first, second, writes: target, restarted } = await twoNodes(t);
  await takenBySecond(first, target, ['new']);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
  const { sink } = await restarted();
  const before = [asked(second, 'new'), asked(second, 'o-2')] as const;
  await eventually('it is asked', () => asked(second, 'new') > before[0] && asked(second, 'o-2') > before[1]);
  const polls = first.count('apps/delta');
  await eventually('polls go on', () => first.count('apps/delta') > polls + 2);
  assert.deepEqual(sink.ids(), ['ORDERS/new', 'ORDERS/o-1']);
  assert.equal(asked(first, 'new') + asked(first, 'o-2'), 0);
});

test('what another server took and still has outlives the time in which lists must show it', async (t) => {
  const { first, second, sink, writes: target } = await twoNodes(t, { maxPendingAge: 200, readBackTimeout: 60_000 });
  await takenBySecond(first, target, ['new']);
  assert.equal((await target.apply(writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'))).status, 200);
  await sleep(600);
  const polls = first.count('apps/delta');
  await eventually('polls go on', () => first.count('apps/delta') > polls + 2);
  assert.deepEqual(sink.ids(), ['ORDERS/new', 'ORDERS/o-1', 'ORDERS/o-2']);
  assert.equal(sink.record('ORDERS', 'o-1')?.status, 'OUT_OF_SERVICE');
  second.registry.remove('ORDERS', 'new', 'expired');
  await eventually('it is gone', () => sink.ids().length === 2);
});

function told({ requests }: FakeEureka, method: string): readonly string[] {
  return requests.filter((seen) => seen.method === method).map(({ url }) => url.replace('/eureka/apps/', ''));
}

test('what another server took is cancelled and set there, too, when the polled one takes writes again', async (t) => {
  const { first, second, sink, writes: target } = await twoNodes(t, { minBackoff: 0, maxBackoff: 0 });
  first.fail('error-page', 'writes');
  for (const id of ['o-1', 'o-2']) {
    const register = writes.register('ORDERS', id, registration('ORDERS', id, { hostName: 'moved.corp.example' }));
    assert.equal((await target.apply(register)).status, 204);
  }
  first.heal();
  assert.equal((await target.apply(writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'))).status, 200);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
  for (const server of [first, second]) {
    assert.equal(server.registry.find('ORDERS', 'o-1')?.['status'], 'OUT_OF_SERVICE');
    assert.equal(server.registry.find('ORDERS', 'o-2'), undefined);
  }
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  assert.equal(told(second, 'PUT').filter((url) => !url.includes('/status')).length, 0, 'a heartbeat goes to one');
});

test('what is served and the polled server does not have is cancelled and set at the others', async (t) => {
  const { first, second, sink, writes: target } = await twoNodes(t, { guards: { maxRemoval: 30, minInstances: 1 } });
  for (const id of ['o-1', 'o-2']) first.registry.remove('ORDERS', id, 'expired');
  const polls = first.count('apps/');
  await eventually('it is empty and polled', () => first.count('apps/') > polls + 2);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1', 'ORDERS/o-2'], 'they are held');
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 404, 'it is to register again');
  assert.equal((await target.apply(writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'))).status, 200);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
  assert.equal(second.registry.find('ORDERS', 'o-2'), undefined);
  assert.equal(sink.record('ORDERS', 'o-1')?.status, 'OUT_OF_SERVICE');
  assert.equal((await target.apply(writes.cancel('ORDERS', 'nobody'))).status, 404);
  assert.deepEqual(told(second, 'DELETE'), ['ORDERS/o-2'], 'what nobody serves is offered to nobody else');
  await first.stop();
  const there = second.count('apps/');
  await eventually('the other one is polled', () => second.count('apps/') > there);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

test('an instance that no list has is served once another server takes its heartbeat, as it will not register again', async (t) => {
  const { first, second, sink, writes: target } = await twoNodes(t);
  second.registry.register(registration('ORDERS', 'there'));
  const renewal = writes.renew('ORDERS', 'there');
  assert.equal((await target.apply(renewal)).status, 404, 'the polled one does not know it');
  first.fail('error-page', 'writes');
  assert.equal((await target.apply(renewal)).status, 200);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1', 'ORDERS/o-2', 'ORDERS/there']);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
  second.registry.register(registration('ORDERS', 'o-2'));
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-2'))).status, 200);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1', 'ORDERS/there'], 'what was cancelled is no unknown instance');
});

test('the cancel of a server that is gone outlives a restart and the lists of another one', async (t) => {
  const { first, second, writes: target, restarted } = await twoNodes(t);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
  await first.stop();
  const { sink, source } = await restarted();
  assert.equal(source.health().detail['url'], second.url);
  const polls = second.count('apps/delta');
  await eventually('polls go on', () => second.count('apps/delta') > polls + 10);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
  assert.equal(asked(second, 'o-2'), 0);
});

test('a server that is known to be down takes no time from the slow one that answers', async (t) => {
  const { first, second, writes: target } = await twoNodes(t, { writeTimeout: 6_000 });
  await second.stop();
  const renew = writes.renew('ORDERS', 'o-1');
  first.fail('unavailable', 'writes');
  assert.equal((await target.apply(renew)).status, 503);
  first.heal();
  assert.equal((await target.apply(renew)).status, 200);
  // More than a half of the time.
  first.writeDelayMs = 3_500;
  assert.equal((await target.apply(renew)).status, 200);
});

test('writes return to the server that is polled, once it takes them again', async (t) => {
  const { first, second, writes: target } = await twoNodes(t);
  first.fail('error-page', 'writes');
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  const renewals = ({ requests }: FakeEureka): number => requests.filter(({ method }) => method === 'PUT').length;
  assert.deepEqual([renewals(first), renewals(second)], [1, 1]);
  first.heal();
  for (let n = 0; renewals(first) === 1; n++) {
    assert.ok(n < 1_000, 'it never returns');
    assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const there = renewals(second);
  assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  assert.equal(renewals(second), there);
});

test('a server that takes no writes is not tried with every one of them', async (t) => {
  const { first, second, writes: target } = await twoNodes(t);
  await eventually('it is polled', () => first.count('apps/delta') > 1);
  first.fail('error-page', 'writes');
  for (let n = 0; n < 50; n++) assert.equal((await target.apply(writes.renew('ORDERS', 'o-1'))).status, 200);
  const [tried, taken] = [first, second].map(
    ({ requests }) => requests.filter(({ method }) => method === 'PUT').length,
  );
  assert.equal(taken, 50);
  assert.ok((tried ?? 0) < 50, `${tried} of 50 were tried there`);
});

test('of what another server took, some that it evicts are a part of all that is served, and no mass removal', async (t) => {
  const guards = { maxRemoval: 30, minInstances: 3, grace: 3_600_000, window: 3_600_000 };
  const { first, second, source, sink, writes: target } = await twoNodes(t, { guards });
  const ids = Array.from({ length: 12 }, (_, n) => `new-${n}`);
  await takenBySecond(first, target, ids);
  const evict = (gone: readonly string[]): void => {
    for (const id of gone) second.registry.remove('ORDERS', id, 'expired');
  };
  evict(ids.slice(0, 4));
  await eventually('4 of 14 are gone, or held', () => sink.ids().length === 10 || source.holds().length > 0);
  assert.deepEqual(source.holds(), []);
  // What went before counts.
  evict(ids.slice(4, 8));
  await eventually('the next ones are held', () => source.holds().length > 0);
  assert.match(source.holds()[0]?.what ?? '', /of 14 instances/);
});

/** A server tells of it as of a peer's: it does not say who it is. */
function pushed({ registry }: FakeEureka, app: string, id: string): PeerItem {
  const there = registry.find(app, id);
  assert.ok(there);
  const record = instance(app, id, {
    ipAddr: '10.20.0.7',
    hostName: 'node7.corp.example',
    status: there.status as InstanceRecord['status'],
    lastUpdatedTimestamp: Number(there['lastUpdatedTimestamp']),
    lastDirtyTimestamp: Number(there['lastDirtyTimestamp']),
  });
  return { kind: 'register', app: appName(app), id: instanceId(id), record };
}

async function pollsGoOn(eureka: FakeEureka): Promise<void> {
  const polls = eureka.count('apps/delta');
  await eventually('polls go on', () => eureka.count('apps/delta') > polls + 10);
}

test('what another server took is served for as long as it has it, also after it told of a change itself', async (t) => {
  const { first, second, sink, pushed: feed, writes: target } = await twoNodes(t);
  await takenBySecond(first, target, ['new', 'set']);
  // It registers again, and an operator sets a status, by way of another replica.
  second.registry.register(registration('ORDERS', 'new', { status: 'DOWN', lastDirtyTimestamp: '1750000000200' }));
  second.registry.setStatus('ORDERS', 'set', 'OUT_OF_SERVICE');
  const set = { app: appName('ORDERS'), id: instanceId('set'), status: 'OUT_OF_SERVICE' } as const;
  const change = { kind: 'set-status', lastDirtyTimestamp: undefined, ...set } as const;
  assert.deepEqual(feed.apply([pushed(second, 'ORDERS', 'new'), change]), [200, 200]);
  const before = [asked(second, 'new'), asked(second, 'set')] as const;
  await eventually('it is asked', () => asked(second, 'new') > before[0] && asked(second, 'set') > before[1]);
  await pollsGoOn(first);
  assert.deepEqual(sink.ids(), ['ORDERS/new', 'ORDERS/o-1', 'ORDERS/o-2', 'ORDERS/set']);
  assert.equal(sink.record('ORDERS', 'new')?.status, 'DOWN');
  assert.equal(sink.record('ORDERS', 'set')?.status, 'OUT_OF_SERVICE');
  for (const id of ['new', 'set']) second.registry.remove('ORDERS', id, 'expired');
  await eventually('they are gone', () => sink.ids().length === 2);
});

test('what only another server has is served once it tells of it, and for as long as it has it', async (t) => {
  const { first, second, sink, pushed: feed } = await twoNodes(t, { maxPendingAge: 200 });
  second.registry.register(registration('ORDERS', 'there'));
  assert.deepEqual(feed.apply([pushed(second, 'ORDERS', 'there')]), [200]);
  await eventually('it is asked', () => asked(second, 'there') > 1);
  await sleep(300);
  await pollsGoOn(first);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1', 'ORDERS/o-2', 'ORDERS/there']);
  second.registry.remove('ORDERS', 'there', 'expired');
  await eventually('it is gone', () => sink.ids().length === 2);
});

test('what another server took is served while that one does not answer', async (t) => {
  const { first, second, sink, writes: target } = await twoNodes(t, { maxPendingAge: 200 });
  await takenBySecond(first, target, ['new']);
  second.fail('unavailable');
  await sleep(600);
  const before = asked(second, 'new');
  await eventually('it is asked', () => asked(second, 'new') > before + 2);
  await pollsGoOn(first);
  assert.deepEqual(sink.ids(), ['ORDERS/new', 'ORDERS/o-1', 'ORDERS/o-2']);
  second.heal();
  second.registry.remove('ORDERS', 'new', 'expired');
  await eventually('it is gone', () => sink.ids().length === 2);
});

test('polls do not wait for another server that took a write and stands still', async (t) => {
  const { first, second, sink, writes: target } = await twoNodes(t, { readBackTimeout: 600_000 });
  await takenBySecond(first, target, ['new']);
  second.fail('hang');
  const before = asked(second, 'new');
  await eventually('it is asked', () => asked(second, 'new') > before);
  await pollsGoOn(first);
  assert.deepEqual(sink.ids(), ['ORDERS/new', 'ORDERS/o-1', 'ORDERS/o-2']);
});

test('the time without a process says nothing of what another server took', async (t) => {
  const { first, second, writes: target, restarted } = await twoNodes(t);
  await takenBySecond(first, target, ['new']);
  const { sink } = await restarted({ clock: systemClock(() => Date.now() + 3_600_000) });
  const before = asked(second, 'new');
  await eventually('it is asked', () => asked(second, 'new') > before);
  await pollsGoOn(first);
  assert.deepEqual(sink.ids(), ['ORDERS/new', 'ORDERS/o-1', 'ORDERS/o-2']);
});

test('a cancelled instance is not served by the list of another server, though lists had shown the cancel', async (t) => {
  const scenes = [false, true].flatMap((isRestarted) =>
    [undefined, '1750000000200'].map((dirtyAt) => ({ isRestarted, dirtyAt })),
  );
  for (const { isRestarted, dirtyAt } of scenes) {
    const scene = await twoNodes(t, { maxPendingAge: 200 });
    const { first, second, writes: target } = scene;
    // It registered there alone before it was cancelled, after a heartbeat that was answered 404.
    if (dirtyAt !== undefined) second.registry.register(registration('ORDERS', 'o-2', { lastDirtyTimestamp: dirtyAt }));
    assert.equal((await target.apply(writes.cancel('ORDERS', 'o-2'))).status, 200);
    await pollsGoOn(first);
    const { sink } = isRestarted ? await scene.restarted() : scene;
    await first.stop();
    const there = second.count('apps/');
    await eventually('the other one is polled', () => second.count('apps/') > there);
    await pollsGoOn(second);
    assert.deepEqual(sink.ids(), ['ORDERS/o-1'], `${isRestarted} ${dirtyAt}`);
    second.registry.register(registration('ORDERS', 'o-2', { lastDirtyTimestamp: dirtyAt ?? '1750000000100' }));
    await eventually('it is back once it registers anew', () => sink.ids().length === 2);
  }
});

test('what another server took is not undone by lists as they were before, though their clock is ahead', async (t) => {
  for (const isRestarted of [false, true]) {
    const scene = await twoNodes(t);
    const { first, writes: target } = scene;
    first.registry.setAhead(3_600_000);
    first.registry.register(registration('ORDERS', 'o-1', { hostName: 'moved.corp.example' }));
    await eventually('it is listed', () => scene.sink.record('ORDERS', 'o-1')?.hostName === 'moved.corp.example');
    first.fail('error-page', 'writes');
    assert.equal((await target.apply(writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'))).status, 200);
    const { sink } = isRestarted ? await scene.restarted() : scene;
    await pollsGoOn(first);
    assert.equal(sink.record('ORDERS', 'o-1')?.status, 'OUT_OF_SERVICE');
    first.registry.setStatus('ORDERS', 'o-1', 'DOWN');
    await eventually('what came later counts', () => sink.record('ORDERS', 'o-1')?.status === 'DOWN');
  }
});
