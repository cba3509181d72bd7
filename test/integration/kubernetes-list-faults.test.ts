import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scene, syncedScene, until } from '../support/fake-kubernetes/cluster-scene.ts';
import { LIST_FAULTS } from '../support/fake-kubernetes/list-fault-rows.ts';
import { ingress } from '../support/fake-kubernetes/objects.ts';

suite('a list that fails is requested again, and removes nothing meanwhile', { concurrency: 4 }, () => {
  for (const transport of ['http1', 'tls-http2'] as const) {
    for (const { name, fault, error } of LIST_FAULTS) {
      const timing = { pageDeadline: fault.kind === 'hang' || fault.kind === 'body-stops' ? 1_000 : 5_000 };

      test(`${name}, at the start (${transport})`, async (t) => {
        const { fake, sink, source } = await scene(t, {
          transport,
          timing,
          prepare: (fake) => {
            fake.state.put(ingress('shop', 'orders'));
            fake.listFault = ({ kind }) => (kind === 'Ingress' ? fault : undefined);
          },
        });
        await until(() => fake.callsOf('list', 'Ingress').length >= 2, 'two attempts');
        assert.equal(source.health().state, 'starting');
        assert.equal(sink.allListedCount, 0);
        assert.match(source.health().lastError ?? '', error);
        fake.listFault = () => undefined;
        await until(() => source.health().state === 'synced', 'sync');
        assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders']);
        assert.equal(source.health().lastError, undefined);
      });

      test(`${name}, on a relist (${transport})`, async (t) => {
        const { fake, sink, source } = await syncedScene(t, {
          transport,
          timing,
          prepare: (fake) => {
            for (const each of ['orders', 'stock']) fake.state.put(ingress('shop', each));
          },
        });
        fake.listFault = () => fault;
        fake.state.delete('Ingress', 'shop', 'stock');
        await until(() => sink.keys('Ingress').length === 1, 'a delete');
        // The history is lost, so only a list shows which objects remain.
        fake.watchFault = () => ({ kind: 'gone-event' });
        fake.endWatches();
        await until(() => source.health().state === 'stale', 'stale');
        fake.watchFault = () => undefined;
        fake.state.put(ingress('shop', 'carts'));
        assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders'], 'the last view is kept');
        fake.listFault = () => undefined;
        await until(() => sink.keys('Ingress').length === 2 && source.health().state === 'synced', 'recovery');
        assert.deepEqual(sink.removed, ['Ingress/shop/stock']);
      });
    }
  }
});

interface OldRow {
  readonly absent: readonly string[];
  readonly gitVersion: string;
  readonly error: string;
}

const OLD: readonly OldRow[] = [
  {
    absent: ['EndpointSlice'],
    gitVersion: 'v1.20.4',
    error:
      'list endpointslices.discovery.k8s.io: this API server has no discovery.k8s.io/v1: Kubernetes 1.21 or newer is needed (it is 1.20.4)',
  },
  {
    absent: ['Ingress'],
    gitVersion: 'v1.18.9-eks',
    error:
      'list ingresses.networking.k8s.io: this API server has no ingresses in networking.k8s.io/v1: Kubernetes 1.19 or newer is needed (it is 1.18.9-eks)',
  },
  {
    absent: ['IngressClass', 'Ingress'],
    gitVersion: '',
    error:
      'list ingresses.networking.k8s.io: this API server has no networking.k8s.io/v1: Kubernetes 1.19 or newer is needed (it does not report its version)',
  },
];

for (const { absent, gitVersion, error } of OLD)
  test(`a cluster without v1 of ${absent.join(' and ')} is reported with the version that it needs, and is followed once upgraded`, async (t) => {
    const { source, fake } = await scene(t, {
      prepare: (fake) => {
        fake.absentKinds = absent;
        fake.gitVersion = gitVersion;
        fake.state.put(ingress('shop', 'orders'));
      },
    });
    await until(
      () => source.health().lastError === error,
      'the reason',
      () => source.health().lastError,
    );
    assert.equal(source.health().state, 'starting');
    fake.absentKinds = [];
    await until(() => source.health().state === 'synced', 'sync');
  });

test('a small answer that unpacks to gigabytes is given up, and a right one is taken later', async (t) => {
  const { fake, sink, source } = await scene(t, {
    timing: { pageDeadline: 60_000 },
    prepare: (fake) => {
      fake.state.put(ingress('shop', 'orders'));
      fake.listFault = ({ kind }) => (kind === 'Ingress' ? { kind: 'bomb' } : undefined);
    },
  });
  await until(() => /longer than 268435456 bytes, unpacked/.test(source.health().lastError ?? ''), 'the reason');
  fake.listFault = () => undefined;
  await until(() => source.health().state === 'synced', 'sync');
  assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders']);
});

test('a 404 for what an API server does have stays one: a gateway hides what the caller may not see', async (t) => {
  const { source } = await scene(t, {
    prepare: (fake) => {
      fake.listFault = ({ kind }) => (kind === 'Ingress' ? { kind: 'status', status: 404 } : undefined);
    },
  });
  await until(() => /list ingresses.*: HTTP 404/.test(source.health().lastError ?? ''), 'the error');
});

test('a continue token that expires on page 3 of 5 leads to one list in one piece', async (t) => {
  const { fake, sink } = await syncedScene(t, {
    timing: { pageSize: 2 },
    prepare: (fake) => {
      for (let index = 0; index < 10; index++) fake.state.put(ingress('shop', `app-${index}`));
      let pages = 0;
      fake.listFault = ({ kind }) => {
        if (kind === 'Ingress' && ++pages === 3) fake.state.compact();
        return undefined;
      };
    },
  });
  assert.equal(sink.keys('Ingress').length, 10);
  const calls = fake.callsOf('list', 'Ingress').map(({ query }) => query);
  assert.deepEqual(
    calls.map((query) => [query.get('limit'), query.get('continue') !== null]),
    [
      ['2', false],
      ['2', true],
      ['2', true],
      [null, false],
    ],
  );
  assert.equal(sink.calls.filter((call) => call === 'replace Ingress').length, 1, 'never half a list');
});

test('a page that fails now and then does not start the list over', async (t) => {
  const { fake, sink } = await syncedScene(t, {
    timing: { pageSize: 2 },
    prepare: (fake) => {
      for (let index = 0; index < 10; index++) fake.state.put(ingress('shop', `app-${index}`));
      let calls = 0;
      fake.listFault = ({ kind }) => (kind === 'Ingress' && ++calls % 2 === 0 ? { kind: 'cut' } : undefined);
    },
  });
  assert.equal(sink.keys('Ingress').length, 10);
  assert.equal(fake.callsOf('list', 'Ingress').filter(({ query }) => !query.has('continue')).length, 1);
});

for (const transport of ['http1', 'tls-http2'] as const) {
  test(`10,000 Ingresses are listed fast, over few connections (${transport})`, async (t) => {
    const started = performance.now();
    const { fake, sink } = await syncedScene(t, {
      transport,
      prepare: (fake) => {
        for (let index = 0; index < 10_000; index++) fake.state.put(ingress(`team-${index % 50}`, `app-${index}`));
      },
    });
    const took = performance.now() - started;
    assert.equal(sink.keys('Ingress').length, 10_000);
    assert.equal(fake.callsOf('list', 'Ingress').length, 20);
    // Five watches with one connection each, and five lists with one or, on HTTP/1.1, two: not one for each of 24
    // pages.
    assert.ok(fake.accepted <= 15, `${fake.accepted} connections`);
    // About 0.5 s, most of it in the fake; a minute would mean a quadratic algorithm.
    assert.ok(took < 10_000, `${took} ms`);
    t.diagnostic(`${Math.round(took)} ms`);
  });
}
