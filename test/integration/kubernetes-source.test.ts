import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERYTHING, FAST, scene, syncedScene, until } from '../support/fake-kubernetes/cluster-scene.ts';
import { endpointSlice, ingress, ingressClass, namespace, service } from '../support/fake-kubernetes/objects.ts';

const ONE = (fake: { readonly state: { put(object: ReturnType<typeof ingress>): unknown } }): void => {
  fake.state.put(ingress('shop', 'orders'));
};

for (const transport of ['http1', 'tls-http2'] as const) {
  test(`changes arrive within the time promised, and stop leaves nothing behind (${transport})`, async (t) => {
    const { fake, sink, source } = await syncedScene(t, {
      transport,
      prepare: ({ state }) => {
        for (const object of [
          ingress('shop', 'orders'),
          service('shop', 'orders'),
          endpointSlice('shop', 'orders', 2),
        ]) {
          state.put(object);
        }
        for (const object of [namespace('shop'), ingressClass('traefik')]) state.put(object);
      },
    });
    assert.equal(sink.objects.size, 5);
    const agents = new Set(fake.calls.map(({ userAgent }) => userAgent));
    assert.deepEqual([...agents], ['eurek8s'], 'what audit logs call us');
    const delays: number[] = [];
    for (let index = 0; index < 20; index++) {
      const changed = performance.now();
      fake.state.put(ingress('shop', `app-${index}`));
      await until(() => sink.objects.has(`Ingress/shop/app-${index}`), 'the change');
      delays.push(performance.now() - changed);
    }
    // The median, because single times depend on the machine.
    assert.ok((delays.toSorted((a, b) => a - b)[10] ?? 0) < 250, `seen after ${delays.join()} ms`);
    await source.stop();
    await until(
      () => fake.connections === 0,
      'all connections closed',
      () => fake.connections,
    );
  });
}

test('an unchanged object is passed on once, however often it is listed', async (t) => {
  const { fake, sink } = await syncedScene(t, { prepare: ONE });
  const before = sink.objects.get('Ingress/shop/orders');
  const lists = sink.calls.filter((call) => call === 'replace Ingress').length;
  fake.watchFault = () => ({ kind: 'gone-event' });
  fake.endWatches();
  await until(() => sink.calls.filter((call) => call === 'replace Ingress').length > lists, 'a relist');
  assert.equal(sink.objects.get('Ingress/shop/orders'), before, 'the very same object');
});

test('delete and re-create between two lists is another object', async (t) => {
  const { fake, sink } = await syncedScene(t, { prepare: ONE });
  const before = sink.objects.get('Ingress/shop/orders')?.meta.uid;
  fake.watchFault = () => ({ kind: 'gone-event' });
  fake.listFault = () => ({ kind: 'status', status: 500 });
  fake.endWatches();
  await until(() => fake.openWatches() === 0, 'no watch');
  fake.state.delete('Ingress', 'shop', 'orders');
  fake.state.put(ingress('shop', 'orders'));
  fake.listFault = () => undefined;
  await until(() => sink.objects.get('Ingress/shop/orders')?.meta.uid !== before, 'the new one');
  assert.deepEqual(sink.removed, ['Ingress/shop/orders']);
});

test('a sink that throws on an event is contained, counted and corrected by a list', async (t) => {
  const { fake, sink, source } = await syncedScene(t, { prepare: ONE });
  let left = 1;
  sink.fails = (call) => call === 'set Ingress/shop/stock' && left-- > 0;
  fake.state.put(ingress('shop', 'stock'));
  await until(() => sink.objects.has('Ingress/shop/stock'), 'the Ingress that was refused first');
  const watch = source.watches().find(({ name }) => name.startsWith('ingresses'));
  assert.equal(watch?.failures, 1);
  assert.equal(watch?.lists, 2);
  assert.deepEqual(sink.removed, []);
});

test('a sink that throws on a complete list is called again', async (t) => {
  let left = 2;
  const { sink, source } = await syncedScene(t, {
    prepare: (fake, recorder) => {
      ONE(fake);
      recorder.fails = (call) => call === 'replace Ingress' && left-- > 0;
    },
  });
  assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders']);
  assert.equal(source.watches().find(({ name }) => name.startsWith('ingresses'))?.failures, 2);
});

test('stop during the back-off opens no further watch', async (t) => {
  const { fake, source } = await syncedScene(t, { prepare: ONE });
  fake.watchFault = () => ({ kind: 'status', status: 500 });
  fake.endWatches();
  await until(() => source.health().lastError !== undefined, 'back-off');
  await source.stop();
  fake.watchFault = () => undefined;
  // Requests that other watches sent just before the stop may still arrive at the server.
  await until(() => fake.connections === 0, 'all connections closed');
  const { length } = fake.calls;
  const stopped = performance.now();
  await until(() => performance.now() - stopped > FAST.maxBackoff + 100, 'longer than any back-off');
  assert.equal(fake.calls.length, length);
  assert.equal(fake.openWatches(), 0);
});

test('stop ends a source whose server never answers', async (t) => {
  const { fake, source } = await scene(t, {
    prepare: (fake) => {
      fake.listFault = () => ({ kind: 'hang' });
    },
  });
  await until(() => fake.calls.length > 0, 'a hanging list');
  const stopping = performance.now();
  await source.stop();
  assert.ok(performance.now() - stopping < 1_000);
});

test('deployments are watched in deployment mode only', async (t) => {
  const endpoints = await syncedScene(t);
  const deployment = await syncedScene(t, { healthMode: 'deployment' });
  assert.equal(endpoints.fake.callsOf('list', 'Deployment').length, 0);
  assert.equal(deployment.fake.callsOf('list', 'Deployment').length, 1);
});

test('an hourly list recovers lost events', async (t) => {
  const { fake, sink } = await syncedScene(t, { prepare: ONE, timing: { relistInterval: 100 } });
  const since = performance.now();
  await until(() => performance.now() - since > 120, 'the hour');
  fake.endWatches();
  await until(() => fake.callsOf('list', 'Ingress').length >= 2, 'a relist');
  assert.deepEqual(sink.removed, []);
});

test('selection.namespaces empty means one watch per kind for the whole cluster', async (t) => {
  const { fake } = await syncedScene(t, { selection: EVERYTHING });
  assert.ok(fake.calls.every((call) => call.namespace === undefined));
});
