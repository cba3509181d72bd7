import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERYTHING, scene, until, type Scene, type SceneOptions } from '../support/fake-kubernetes/cluster-scene.ts';
import type { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { endpointSlice, ingress, service } from '../support/fake-kubernetes/objects.ts';

const NAMESPACES = ['shop', 'bank', 'gone'] as const;

/** Rights by a Role in each namespace except these. */
function without(...names: readonly string[]): FakeKubernetes['allowed'] {
  return ({ namespace }) => namespace !== undefined && !names.includes(namespace);
}

function fill(fake: FakeKubernetes): void {
  for (const each of NAMESPACES) {
    for (const object of [ingress(each, 'orders'), service(each, 'orders'), endpointSlice(each, 'orders', 2)]) {
      fake.state.put(object);
    }
  }
}

const three = (allowed: FakeKubernetes['allowed'], more: SceneOptions = {}): SceneOptions => ({
  ...more,
  selection: { ...EVERYTHING, namespaces: NAMESPACES },
  prepare: (fake) => {
    fill(fake);
    fake.allowed = allowed;
  },
});

function served({ sink }: Scene): string {
  return sink
    .keys('Ingress')
    .join()
    .replaceAll(/Ingress\/|\/orders/g, '');
}

for (const [what, status] of [
  ['forbidden', 403],
  ['hidden by a gateway that answers 404', 404],
] as const) {
  test(`one of three namespaces is ${what} from the start: the others are served, and it is reported`, async (t) => {
    const options = three(status === 403 ? without('gone') : without());
    const made = await scene(t, {
      ...options,
      prepare: (fake, sink) => {
        void options.prepare?.(fake, sink);
        if (status === 404)
          fake.listFault = (call) => (call.namespace === 'gone' ? { kind: 'status', status } : undefined);
      },
    });
    const { fake, source, sink, log } = made;
    await until(
      () => sink.allListedCount === 1,
      'sync without it',
      () => source.health(),
    );
    assert.equal(served(made), 'bank,shop');
    await until(() => source.health().state === 'stale', 'the alarm');
    assert.match(source.health().lastError ?? '', /in namespace gone: HTTP 40[34]/);
    assert.equal(source.health().detail['namespace gone'], 'cannot be read, nothing of it is served');
    assert.ok(log.some((line) => line.includes('namespace cannot be read') && line.includes('"namespace":"gone"')));
    fake.state.put(ingress('shop', 'more'));
    await until(() => sink.objects.has('Ingress/shop/more'), 'changes of the others');
    fake.allowed = without();
    fake.listFault = () => undefined;
    await until(
      () => served(made) === 'bank,gone,shop/more,shop',
      'it comes',
      () => served(made),
    );
    await until(() => source.health().state === 'synced', 'synced');
    assert.equal(source.health().detail['namespace gone'], undefined);
    assert.deepEqual(sink.removed, []);
  });
}

test('a namespace with one forbidden kind is not served in part, and appears as a whole', async (t) => {
  const blind: FakeKubernetes['allowed'] = ({ kind, namespace }) =>
    namespace !== undefined && !(namespace === 'gone' && kind === 'EndpointSlice');
  const made = await scene(t, three(blind));
  const { fake, sink } = made;
  await until(() => sink.allListedCount === 1, 'sync without it');
  fake.state.put(ingress('gone', 'later'));
  fake.state.put(ingress('shop', 'later'));
  await until(() => sink.objects.has('Ingress/shop/later'), 'changes of the others');
  for (const kind of ['Ingress', 'Service', 'EndpointSlice'] as const)
    assert.deepEqual(
      sink.keys(kind).filter((key) => key.includes('/gone/')),
      [],
    );
  const calls = sink.calls.length;
  fake.allowed = without();
  await until(() => sink.objects.has('Ingress/gone/later') && sink.objects.has('Ingress/gone/orders'), 'it comes');
  const passed = sink.calls.slice(calls);
  assert.ok(passed.indexOf('replace EndpointSlice') < passed.indexOf('replace Ingress'), passed.join());
  assert.deepEqual(sink.removed, []);
});

test('a namespace that goes with its Role is served as last known, and followed again when it comes back', async (t) => {
  const made = await scene(t, three(without()));
  const { fake, source, sink } = made;
  await until(() => source.health().state === 'synced', 'sync');
  fake.allowed = without('gone');
  fake.endWatches();
  await until(() => source.health().state === 'stale', 'the alarm');
  // No list shows that: what happens there is not known.
  fake.state.delete('Ingress', 'gone', 'orders');
  fake.state.put(ingress('bank', 'more'));
  await until(() => sink.objects.has('Ingress/bank/more'), 'changes of the others');
  assert.equal(served(made), 'bank/more,bank,gone,shop');
  assert.equal(source.health().detail['namespace gone'], 'cannot be read, served as last known');
  assert.match(source.health().lastError ?? '', /in namespace gone: HTTP 403/);
  fake.allowed = without();
  await until(
    () => served(made) === 'bank/more,bank,shop',
    'what has become of it',
    () => served(made),
  );
  await until(() => source.health().state === 'synced', 'synced');
  assert.deepEqual(sink.removed, ['Ingress/gone/orders']);
});

test('when no namespace may be read nothing is known, and the source never reports otherwise', async (t) => {
  const { fake, source, sink } = await scene(t, three(without(...NAMESPACES)));
  const started = performance.now();
  await until(() => performance.now() - started > 1_000, 'five times the patience');
  assert.equal(source.health().state, 'starting');
  assert.equal(sink.allListedCount, 0);
  fake.allowed = without('gone', 'bank');
  await until(() => sink.allListedCount === 1, 'sync with one of three');
});

test('a short refusal, as of an API server that starts, is waited for', async (t) => {
  const made = await scene(t, three(without('gone'), { timing: { forbiddenPatience: 3_600_000 } }));
  const { fake, source, sink } = made;
  await until(() => source.watches().filter(({ lists }) => lists > 0).length >= 6, 'the others listed');
  await until(() => source.watches().filter(({ failures }) => failures >= 3).length >= 3, 'several refusals');
  assert.equal(source.health().state, 'starting');
  fake.allowed = without();
  await until(() => sink.allListedCount === 1, 'sync');
  assert.equal(served(made), 'bank,gone,shop');
});

test('a server that fails for one namespace otherwise than by a refusal keeps the start waiting', async (t) => {
  const made = await scene(t, {
    selection: { ...EVERYTHING, namespaces: NAMESPACES },
    prepare: (fake) => {
      fill(fake);
      fake.listFault = ({ namespace }) => (namespace === 'gone' ? { kind: 'status', status: 500 } : undefined);
    },
  });
  await until(() => made.source.watches().some(({ failures }) => failures >= 3), 'several failures');
  assert.equal(made.source.health().state, 'starting');
  made.fake.listFault = () => undefined;
  await until(() => made.sink.allListedCount === 1, 'sync');
  assert.equal(served(made), 'bank,gone,shop');
});

test('a sink that throws when a namespace appears is called again', async (t) => {
  const made = await scene(t, three(without('gone')));
  const { fake, sink } = made;
  await until(() => sink.allListedCount === 1, 'sync without it');
  let left = 2;
  sink.fails = (call) => call === 'replace Ingress' && left-- > 0;
  fake.allowed = without();
  await until(
    () => served(made) === 'bank,gone,shop',
    'it comes',
    () => served(made),
  );
  assert.equal(sink.keys('EndpointSlice').length, 3);
});
