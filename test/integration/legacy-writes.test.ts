import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { appName } from '../../shared/model/names.ts';
import type { TimeSlice } from '../../shared/time-slice.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import {
  SHORT_TIMEOUTS,
  eventually,
  legacyScene,
  writes,
  type Scene,
  type SceneOptions,
} from '../support/legacy-scene.ts';

async function scene(
  t: TestContext,
  options: Partial<SceneOptions> = {},
): Promise<Scene & { readonly eureka: FakeEureka }> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const made = legacyScene(t, { urls: [eureka.url], ...options });
  await eventually('the first sync', () => made.sink.syncs === 1);
  return { ...made, eureka };
}

const NO_POLLS = { settings: { pollInterval: 600_000 } };

test('each write shows in the contribution before its promise resolves, as the legacy has it', async (t) => {
  const { writes: target, sink, eureka } = await scene(t, NO_POLLS);
  const register = writes.register('CAROL', 'c-1', registration('CAROL', 'c-1', { metadata: { build: '77' } }));
  assert.deepEqual(await target.apply(register), { status: 204, reason: undefined });
  assert.equal(sink.record('CAROL', 'c-1')?.metadata.get('build'), '77');
  assert.equal((await target.apply(writes.setStatus('CAROL', 'c-1', 'OUT_OF_SERVICE'))).status, 200);
  assert.equal(sink.record('CAROL', 'c-1')?.status, 'OUT_OF_SERVICE');
  await target.apply(writes.metadata('CAROL', 'c-1', 'colour', 'green'));
  assert.equal(sink.record('CAROL', 'c-1')?.metadata.get('colour'), 'green');
  // The override outlives a registration as UP: the result of the legacy's rules is shown, not the client's data.
  await target.apply(register);
  assert.equal(sink.record('CAROL', 'c-1')?.status, 'OUT_OF_SERVICE');
  assert.equal(sink.record('CAROL', 'c-1')?.overriddenStatus, 'OUT_OF_SERVICE');
  await target.apply(writes.removeStatus('CAROL', 'c-1', 'UP'));
  assert.equal(sink.record('CAROL', 'c-1')?.status, 'UP');
  assert.equal(
    String(sink.record('CAROL', 'c-1')?.lastUpdatedTimestamp),
    eureka.registry.find('CAROL', 'c-1')?.['lastUpdatedTimestamp'],
  );
  const updates = sink.updates.length;
  assert.equal((await target.apply(writes.renew('CAROL', 'c-1'))).status, 200);
  assert.equal(sink.updates.length, updates);
  assert.equal((await target.apply(writes.cancel('CAROL', 'c-1'))).status, 200);
  assert.equal(sink.view.has(appName('CAROL')), false);
  assert.ok(sink.updates.every(({ urgency }) => urgency === 'now'));
});

test('a write whose effect a poll brought first has that published before it is answered', async (t) => {
  const { writes: target, sink, eureka } = await scene(t);
  eureka.registry.register(registration('CAROL', 'c-1'));
  await eventually('a poll brings it', () => sink.record('CAROL', 'c-1') !== undefined);
  assert.deepEqual(sink.updates.at(-1), { apps: ['CAROL'], urgency: 'coalesced' });
  await target.apply(writes.setStatus('CAROL', 'c-1', 'UP'));
  assert.deepEqual(sink.updates.at(-1), { apps: [], urgency: 'now' });
});

test('the request goes on as it came, without the mark of peers', async (t) => {
  const { writes: target, eureka } = await scene(t, NO_POLLS);
  const body = registration('CAROL', 'c-1');
  await target.apply(writes.register('CAROL', 'c-1', body));
  const seen = eureka.requests.find(({ method }) => method === 'POST');
  assert.equal(seen?.url, '/eureka/apps/CAROL');
  assert.equal(seen?.body, JSON.stringify({ instance: body }));
  assert.equal(seen?.headers['content-type'], 'application/json');
  assert.equal(seen?.headers['discoveryidentity-name'], 'DefaultClient');
  assert.equal(seen?.headers['x-netflix-discovery-replication'], undefined);
  await target.apply(writes.renew('CAROL', 'c-1'));
  const renewed = eureka.requests.find(({ method }) => method === 'PUT');
  assert.equal(renewed?.url, '/eureka/apps/CAROL/c-1?status=UP&lastDirtyTimestamp=1750000000100');
});

test('lists that lag behind undo neither a register nor a cancel', async (t) => {
  const { writes: target, sink, eureka, source } = await scene(t, { settings: { pendingRecheckAfter: 100 } });
  eureka.listCacheMs = 1_500;
  await eventually('the cache is filled', () => eureka.count('apps/delta') > 2);
  await target.apply(writes.register('CAROL', 'c-1', registration('CAROL', 'c-1')));
  await target.apply(writes.cancel('ORDERS', 'o-1'));
  const started = performance.now();
  const polled = eureka.requests.length;
  while (performance.now() - started < 1_000) {
    assert.deepEqual(sink.ids(), ['CAROL/c-1']);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(eureka.requests.length > polled + 5, 'polls went on');
  await eventually('the polls agree', () => source.health().detail['unconfirmedWrites'] === 0);
  assert.deepEqual(sink.ids(), ['CAROL/c-1']);
});

test('a registration that the legacy lost is dropped when its own answer shows that', async (t) => {
  const { writes: target, sink, eureka } = await scene(t, { settings: { pendingRecheckAfter: 150 } });
  eureka.listCacheMs = 600_000;
  await eventually('the cache is filled', () => eureka.count('apps/delta') > 2);
  await target.apply(writes.register('CAROL', 'c-1', registration('CAROL', 'c-1')));
  assert.ok(sink.ids().includes('CAROL/c-1'));
  eureka.registry.remove('CAROL', 'c-1');
  await eventually('it is gone', () => !sink.ids().includes('CAROL/c-1'));
});

test('one that cancelled through us and registered directly is seen again', async (t) => {
  const { writes: target, sink, eureka } = await scene(t, { settings: { pendingRecheckAfter: 60_000 } });
  await target.apply(writes.cancel('ORDERS', 'o-1'));
  assert.deepEqual(sink.ids(), []);
  eureka.registry.register(registration('ORDERS', 'o-1'));
  await eventually('it is back', () => sink.ids().length === 1);
});

test('verdicts: 404 passes, nothing but silence or 5xx becomes 503', async (t) => {
  const { writes: target, sink, eureka } = await scene(t, { settings: { writeTimeout: 300 } });
  assert.equal((await target.apply(writes.renew('ORDERS', 'unknown'))).status, 404);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'unknown'))).status, 404);
  for (const fault of ['unavailable', 'error-page', 'endless-error', 'hang', 'unauthorized'] as const) {
    eureka.fail(fault, 'writes');
    const outcome = await target.apply(writes.renew('ORDERS', 'o-1'));
    assert.equal(outcome.status, 503, fault);
    assert.notEqual(outcome.reason, undefined);
    eureka.heal();
  }
  await eureka.stop();
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-1'))).status, 503);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
});

for (const fault of ['hang', 'unavailable', 'unauthorized'] as const)
  test(`a write goes to the second URL when the first one answers ${fault}`, async (t) => {
    const second = await FakeEureka.start();
    t.after(() => second.stop());
    const first = await FakeEureka.start();
    t.after(() => first.stop());
    second.registry.register(registration('ORDERS', 'o-1'));
    first.fail(fault);
    const options = {
      urls: [first.url, second.url],
      settings: { ...SHORT_TIMEOUTS, writeTimeout: 1_000, pollInterval: 60_000 },
    };
    const { writes: target, sink } = legacyScene(t, options);
    await eventually('the first sync', () => sink.syncs === 1);
    const outcome = await target.apply(writes.register('CAROL', 'c-1', registration('CAROL', 'c-1')));
    assert.equal(outcome.status, 204);
    assert.notEqual(second.registry.find('CAROL', 'c-1'), undefined);
    assert.notEqual(sink.record('CAROL', 'c-1'), undefined);
  });

test("when the instance cannot be read back, the client's own data are used", async (t) => {
  const {
    writes: target,
    sink,
    eureka,
    source,
  } = await scene(t, { settings: { ...SHORT_TIMEOUTS, readBackTimeout: 100, pendingRecheckAfter: 300 } });
  eureka.fail('hang', 'reads');
  const body = registration('CAROL', 'c-1');
  const changes = { hostName: 'node7.corp.example', lastUpdatedTimestamp: 5 };
  assert.equal((await target.apply(writes.register('CAROL', 'c-1', body, changes))).status, 204);
  assert.equal(sink.record('CAROL', 'c-1')?.hostName, 'node7.corp.example');
  await target.apply(writes.setStatus('CAROL', 'c-1', 'OUT_OF_SERVICE'));
  assert.equal(sink.record('CAROL', 'c-1')?.status, 'OUT_OF_SERVICE');
  eureka.heal();
  await eventually('the polls agree', () => source.health().detail['unconfirmedWrites'] === 0);
  assert.equal(sink.record('CAROL', 'c-1')?.status, 'OUT_OF_SERVICE');
});

test('an instance grows by metadata to the size of a registration, and no further', async (t) => {
  const { writes: target, sink, eureka } = await scene(t);
  const body = registration('ORDERS', 'o-2', { metadata: { first: 'x'.repeat(500_000) } });
  assert.equal((await target.apply(writes.register('ORDERS', 'o-2', body))).status, 204);
  const grow = (key: string): ReturnType<typeof target.apply> =>
    target.apply(writes.metadata('ORDERS', 'o-2', key, 'y'.repeat(10_000)));
  for (const key of ['second', 'third']) assert.equal((await grow(key)).status, 200);
  const sent = eureka.requests.length;
  const { status, reason } = await grow('fourth');
  assert.deepEqual([status, reason], [413, 'the instance would have more than 524288 bytes']);
  assert.deepEqual([...(sink.record('ORDERS', 'o-2')?.metadata.keys() ?? [])], ['first', 'second', 'third']);
  assert.ok(eureka.requests.slice(sent).every(({ method }) => method === 'GET'));
  assert.equal((await grow('third')).status, 200, 'another value has room');
});

test('writes to one instance keep their order, those to others do not wait for them', async (t) => {
  const { writes: target, eureka, sink } = await scene(t, NO_POLLS);
  eureka.writeDelayMs = 20;
  const statuses = ['DOWN', 'OUT_OF_SERVICE', 'STARTING', 'UP', 'DOWN', 'STARTING'] as const;
  const jobs = statuses.map(async (status) => target.apply(writes.setStatus('ORDERS', 'o-1', status)));
  await Promise.all(jobs);
  const seen = eureka.requests.filter(({ method }) => method === 'PUT').map(({ url }) => url.split('value=')[1]);
  assert.deepEqual(seen, statuses);
  assert.equal(eureka.maxWritesAtOnce, 1);
  assert.equal(sink.record('ORDERS', 'o-1')?.status, 'STARTING');
  const others = Array.from({ length: 10 }, (_, n) => `c-${n}`);
  await Promise.all(others.map(async (id) => target.apply(writes.register('CAROL', id, registration('CAROL', id)))));
  assert.ok(eureka.maxWritesAtOnce > 1);
});

test('a storm is bounded: some succeed, the rest get 503 at once, polls go on, all is served in the end', async (t) => {
  const settings = { maxWaitingWrites: 200, maxWaitingPerInstance: 4, writeConnections: 8, writeTimeout: 10_000 };
  const { writes: target, sink, eureka } = await scene(t, { settings });
  eureka.writeDelayMs = 5;
  const ids = Array.from({ length: 1_000 }, (_, n) => `s-${n}`);
  const polled = eureka.count('apps/delta');
  const outcomes = await Promise.all(
    ids.map(async (id) => target.apply(writes.register('STORM', id, registration('STORM', id)))),
  );
  const accepted = outcomes.filter(({ status }) => status === 204).length;
  const refused = outcomes.filter(({ status }) => status === 503);
  assert.equal(accepted, 200);
  assert.equal(refused.length, 800);
  assert.match(refused[0]?.reason ?? '', /waiting/);
  assert.ok(eureka.maxWritesAtOnce <= 8);
  assert.ok(eureka.connections <= 8 + 2);
  assert.equal(sink.ids().filter((id) => id.startsWith('STORM')).length, 200);
  await eventually('polls go on', () => eureka.count('apps/delta') > polled);
  const same = await Promise.all(ids.slice(0, 10).map(async () => target.apply(writes.renew('STORM', 's-1'))));
  assert.equal(same.filter(({ status }) => status === 200).length, 4);
});

test('writes that wait behind a slow one give up before their clients do', async (t) => {
  const { writes: target, eureka } = await scene(t, { settings: { pollInterval: 60_000, writeTimeout: 400 } });
  eureka.fail('hang', 'writes');
  const started = performance.now();
  const outcomes = await Promise.all([1, 2, 3, 4].map(async () => target.apply(writes.renew('ORDERS', 'o-1'))));
  assert.ok(outcomes.every(({ status }) => status === 503));
  assert.ok(performance.now() - started < 1_500, 'their times do not add up');
  assert.equal(eureka.requests.filter(({ method }) => method === 'PUT').length, 1);
});

test('the first view is published in pieces, and a write between two of them is neither lost nor undone', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  const apps = Array.from({ length: 600 }, (_, n) => `APP${n}`);
  for (const app of apps) eureka.registry.register(registration(app, 'i-1'));
  const held = Promise.withResolvers<void>();
  const begun = (): boolean => made.sink.syncs === 0 && made.sink.view.size > 0;
  const next = async (): Promise<void> => (begun() ? held.promise : Promise.resolve());
  const newTimeSlice = (): TimeSlice => ({ isSpent: () => true, next });
  const made: Scene = legacyScene(t, { urls: [eureka.url], ...NO_POLLS, options: { newTimeSlice } });
  await eventually('the first piece', begun);
  const published = [...made.sink.view.keys()];
  const [first = '', unpublished = ''] = [published[0], apps.find((app) => !published.includes(appName(app)))];
  assert.ok(published.length < apps.length / 2, `${published.length} at once`);
  for (const app of [first, unpublished])
    assert.equal((await made.writes.apply(writes.cancel(app, 'i-1'))).status, 200);
  held.resolve();
  await eventually('the first sync', () => made.sink.syncs === 1);
  const left = apps.filter((app) => app !== first && app !== unpublished).map((app) => `${app}/i-1`);
  assert.deepEqual(made.sink.ids(), left.toSorted());
});
