import { NO_METRICS } from '../support/no-metrics.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import { appName, instanceId, sourceId, SOURCE_MARKER } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { mergeApplication } from '../../shared/registry/merge.ts';
import type { TimeSlice } from '../../shared/time-slice.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { eventually, legacyScene } from '../support/legacy-scene.ts';
import { OPEN_RULES } from '../support/merge-rules.ts';

test('changes arrive as deltas, without further full fetches', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ['o-1', 'o-2']) eureka.registry.register(registration('ORDERS', id));
  const { sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  eureka.registry.register(registration('PAYMENTS', 'p-1'));
  eureka.registry.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE');
  eureka.registry.remove('ORDERS', 'o-2');
  await eventually('all of it', () => sink.ids().join() === 'ORDERS/o-1,PAYMENTS/p-1');
  assert.equal(sink.record('ORDERS', 'o-1')?.status, 'OUT_OF_SERVICE');
  eureka.registry.remove('PAYMENTS', 'p-1');
  await eventually('an application without instances goes', () => !sink.view.has(appName('PAYMENTS')));
  assert.equal(eureka.count('apps/'), 1);
});

test('what did not change keeps its object and is not contributed again', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.registry.register(registration('PAYMENTS', 'p-1'));
  const { sink } = legacyScene(t, { urls: [eureka.url], settings: { fullInterval: 50 } });
  await eventually('the first sync', () => sink.syncs === 1);
  const before = sink.record('ORDERS', 'o-1');
  eureka.registry.register(registration('PAYMENTS', 'p-2'));
  await eventually('p-2', () => sink.record('PAYMENTS', 'p-2') !== undefined);
  const full = eureka.count('apps/');
  await eventually('more full fetches', () => eureka.count('apps/') > full + 3);
  assert.equal(sink.record('ORDERS', 'o-1'), before);
  assert.deepEqual(sink.updates, [{ apps: ['PAYMENTS'], urgency: 'coalesced' }]);
});

test('changes that the delta lost are found by the hash', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  eureka.registry.register(registration('ORDERS', 'o-2'));
  eureka.registry.forgetRecent();
  await eventually('o-2', () => sink.record('ORDERS', 'o-2') !== undefined);
  assert.equal(source.health().detail['hashMismatches'], 1);
});

test('changes made while the legacy was away are found even when the head count is the same', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  await eureka.stop();
  await eventually('it is noticed', () => source.health().lastError !== undefined);
  eureka.registry.register(registration('ORDERS', 'o-1', { hostName: 'moved.corp.example' }));
  eureka.registry.forgetRecent();
  await eureka.listen();
  await eventually('the move', () => sink.record('ORDERS', 'o-1')?.hostName === 'moved.corp.example');
});

for (const fault of ['wrong-hash', 'high-hash'] as const)
  test(`a server whose hash is never right (${fault}) costs few full fetches and still gives its changes`, async (t) => {
    const eureka = await FakeEureka.start();
    t.after(() => eureka.stop());
    eureka.registry.register(registration('ORDERS', 'o-1'));
    eureka.fail(fault);
    const { source, sink } = legacyScene(t, { urls: [eureka.url] });
    await eventually('the first sync', () => sink.syncs === 1);
    await eventually('forty deltas', () => eureka.count('apps/delta') > 40);
    assert.ok(eureka.count('apps/') < 15, `${eureka.count('apps/')} full fetches`);
    eureka.registry.register(registration('ORDERS', 'o-2'));
    await eventually('o-2', () => sink.record('ORDERS', 'o-2') !== undefined);
    assert.equal(source.health().state, 'synced');
  });

test('a server without delta is polled in full, and its delta requested now and then', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.fail('no-delta');
  const { source, sink } = legacyScene(t, { urls: [eureka.url], settings: { deltaRetryInterval: 300 } });
  await eventually('the delta was refused', () => source.health().detail['mode'] === 'full');
  const refused = eureka.count('apps/delta');
  eureka.registry.register(registration('ORDERS', 'o-2'));
  await eventually('o-2', () => sink.record('ORDERS', 'o-2') !== undefined);
  assert.equal(eureka.count('apps/delta'), refused);
  assert.equal(source.health().state, 'synced');
  eureka.heal();
  await eventually('deltas again', () => source.health().detail['mode'] === 'delta');
  await eventually('deltas again', () => eureka.count('apps/delta') > refused + 2);
});

test('a server without JSON is read as XML, deltas included', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1', { metadata: { my_key: 'a & <b>' } }));
  eureka.fail('xml-only');
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.equal(sink.record('ORDERS', 'o-1')?.metadata.get('my_key'), 'a & <b>');
  assert.equal(source.health().detail['mode'], 'xml');
  eureka.registry.setStatus('ORDERS', 'o-1', 'DOWN');
  await eventually('the change', () => sink.record('ORDERS', 'o-1')?.status === 'DOWN');
  const refused = eureka.requests.filter(({ headers }) => headers.accept === 'application/json');
  assert.equal(refused.length, 1);
  assert.equal(eureka.count('apps/'), 2);
});

test('entries that Eurek8s made and reserved ids are refused with a reason, and are no hash mismatch', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.registry.register(registration('ORDERS', 'o-2', { metadata: { [SOURCE_MARKER]: 'main/shop/orders' } }));
  eureka.registry.register(registration('ORDERS', 'eurek8s:orders:1'));
  eureka.registry.register(registration('ECHO', 'e-1', { metadata: { [SOURCE_MARKER]: 'main/shop/echo' } }));
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('deltas', () => eureka.count('apps/delta') > 3);
  const merged = (app: string): MergedApplication => {
    const contribution = sink.view.get(appName(app)) ?? NO_CONTRIBUTION;
    return mergeApplication(appName(app), [{ source: sourceId('legacy'), contribution }], OPEN_RULES, undefined, 0);
  };
  const [orders, echo] = [merged('ORDERS'), merged('ECHO')];
  assert.deepEqual(
    [...orders.served, ...echo.served].map(({ id }) => id),
    ['o-1'],
  );
  assert.deepEqual([...orders.hidden, ...echo.hidden], []);
  const refusals = orders.refusals.map(({ object, code }) => `${object} ${code}`);
  assert.deepEqual(refusals, ['legacy/eurek8s:orders:1 id-reserved', 'legacy/o-2 own-marker']);
  assert.equal(echo.refusals[0]?.code, 'own-marker');
  assert.equal(source.health().detail['hashMismatches'], 0);
});

test('a registry that is empty from the start is accepted at the second answer', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  const { sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  assert.ok(eureka.count('apps/') >= 2);
  assert.deepEqual(sink.ids(), []);
  eureka.registry.register(registration('ORDERS', 'o-1'));
  await eventually('o-1', () => sink.record('ORDERS', 'o-1') !== undefined);
});

test('instances without an id of their own are keyed as Java servers key them', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  const { instanceId: _, ...anonymous } = registration('ORDERS', 'node7.corp.example');
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.registry.register(anonymous as ReturnType<typeof registration>);
  const { sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('the first sync', () => sink.syncs === 1);
  const record = sink.record('ORDERS', instanceId('node7.corp.example'));
  assert.equal(record?.instanceId, undefined);
});

test('stopping in the middle of a large answer ends at its next piece, without a partial view', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (let n = 0; n < 500; n++) eureka.registry.register(registration(`APP-${n}`, `i-${n}`));
  const resting: (() => void)[] = [];
  let rests = 0;
  const newTimeSlice = (): TimeSlice => ({
    isSpent: () => true,
    next: () =>
      new Promise((resolve) => {
        rests++;
        resting.push(resolve);
      }),
  });
  const { source, sink } = legacyScene(t, { urls: [eureka.url], options: { newTimeSlice } });
  await eventually('the answer is being decoded', () => resting.length > 0);
  const stopped = source.stop();
  let over = false;
  void stopped.then(() => (over = true));
  await eventually('it has stopped', () => {
    resting.pop()?.();
    return over;
  });
  assert.deepEqual([sink.syncs, sink.view.size], [0, 0]);
  // Each instance is a step of its own.
  assert.ok(rests < 500, `${rests} steps`);
});

test('a server whose delta is always empty and without a hash code is polled in full, and the source reports it', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ['o-1', 'o-2']) eureka.registry.register(registration('ORDERS', id));
  eureka.fail('useless-delta');
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('it is polled in full', () => source.health().detail['mode'] === 'full');
  assert.equal(source.health().detail['delta'], 'of no use');
  const [deltas, fulls] = [eureka.count('apps/delta'), eureka.count('apps/')];
  eureka.registry.register(registration('ORDERS', 'o-3'));
  await eventually('o-3', () => sink.record('ORDERS', 'o-3') !== undefined);
  assert.equal(eureka.count('apps/delta'), deltas);
  assert.ok(eureka.count('apps/') <= fulls + 3);
  assert.equal(source.health().state, 'synced');
});

test('a server whose delta is empty and has a wrong hash code: full fetches stay rare, and the source reports it', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.fail('empty-delta');
  const { source, sink } = legacyScene(t, { urls: [eureka.url] });
  await eventually('it is known', () => source.health().detail['delta'] === 'of no use');
  await eventually('forty deltas', () => eureka.count('apps/delta') > 40);
  assert.ok(eureka.count('apps/') < 15, `${eureka.count('apps/')} full fetches`);
  eureka.registry.register(registration('ORDERS', 'o-2'));
  await eventually('o-2', () => sink.record('ORDERS', 'o-2') !== undefined);
  eureka.heal();
  eureka.registry.register(registration('ORDERS', 'o-3'));
  await eventually('deltas are of use again', () => source.health().detail['delta'] === undefined);
});

test('a registry that is empty at the start is polled again within a second, however rarely it is polled', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  const { source, sink } = legacyScene(t, { urls: [eureka.url], settings: { pollInterval: 600_000 } });
  await eventually('the first answer', () => source.health().lastError !== undefined);
  const asked = performance.now();
  await eventually('the first sync', () => sink.syncs === 1);
  assert.ok(performance.now() - asked < 5_000, 'long before the next poll');
  assert.equal(eureka.count('apps/'), 2);
  assert.equal(source.health().lastError, undefined);
});

test('an empty answer is confirmed after a failure in between as well', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  // Set in the turn of the first answer, because the second poll follows a moment later.
  let first = true;
  const count = (name: string, labels: Readonly<Record<string, string>> = {}): void => {
    if (name !== 'legacy_polls' || labels['outcome'] !== 'unconfirmed' || !first) return;
    first = false;
    eureka.fail('unavailable');
  };
  const settings = { pollInterval: 600_000, minBackoff: 100 };
  const options = { metrics: { ...NO_METRICS, count } };
  const { source, sink } = legacyScene(t, { urls: [eureka.url], settings, options });
  await eventually('a failure', () => source.health().lastError?.includes('503') === true);
  assert.ok(!first, 'the first answer was an empty one');
  eureka.heal();
  await eventually('the first sync', () => sink.syncs === 1);
});

test('a back-off that is over before the poll has ended is not followed by a whole poll interval', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  eureka.fail('unavailable');
  const settings = { pollInterval: 600_000, minBackoff: 0, maxBackoff: 0 };
  const { sink } = legacyScene(t, { urls: [eureka.url], settings });
  await eventually('several failed polls', () => eureka.count('apps/') > 3);
  eureka.heal();
  await eventually('the first sync', () => sink.syncs === 1);
});
