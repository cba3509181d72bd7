import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { allWatching, scene, until, type Scene } from '../support/fake-kubernetes/cluster-scene.ts';
import { ingress } from '../support/fake-kubernetes/objects.ts';
import type { FakeKubernetes, Transport } from '../support/fake-kubernetes.ts';
import { FakeProxy } from '../support/fake-proxy.ts';

const NAME = 'kubernetes.test';

interface Given {
  readonly transport: Transport;
  readonly environment: (proxy: FakeProxy) => Readonly<Record<string, string>>;
  readonly cluster?: (proxy: FakeProxy) => object;
}

/** A cluster whose name only the proxy can resolve. */
async function behindProxy(t: TestContext, given: Given): Promise<Scene & { readonly proxy: FakeProxy }> {
  let fake: FakeKubernetes | undefined;
  const proxy = await FakeProxy.start(() => Number(new URL(fake?.url ?? '').port));
  t.after(() => proxy.stop());
  const made = await scene(t, {
    transport: given.transport,
    environment: given.environment(proxy),
    cluster: ({ url }) => ({ server: url.replace('127.0.0.1', NAME), ...given.cluster?.(proxy) }),
    prepare: (started) => void (fake = started),
  });
  return { ...made, proxy };
}

for (const transport of ['http1', 'tls-http2'] as const) {
  const variable = transport === 'http1' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  for (const name of [variable, variable.toLowerCase()]) {
    test(`lists and watches go through the proxy that ${name} names (${transport})`, async (t) => {
      const environment = (proxy: FakeProxy) => ({ [name]: `http://me:p%40ss@${proxy.address}` });
      const { fake, source, sink, proxy } = await behindProxy(t, { transport, environment });
      await until(
        () => allWatching(source),
        'all watches',
        () => source.health(),
      );
      const way = transport === 'http1' ? `GET http://${NAME}:` : `CONNECT ${NAME}:`;
      assert.ok(proxy.asked.length >= 10 && proxy.asked.every((each) => each.startsWith(way)), proxy.asked.join());
      assert.equal(proxy.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`);
      fake.state.put(ingress('shop', 'orders'));
      await until(() => sink.keys('Ingress').length === 1, 'a change');
      await source.stop();
      await until(() => fake.connections === 0, 'all connections closed');
    });
  }

  test(`NO_PROXY leads past it (${transport})`, async (t) => {
    const environment = (proxy: FakeProxy) => ({ [variable]: `http://${proxy.address}`, NO_PROXY: '.test' });
    const { source, proxy } = await behindProxy(t, { transport, environment });
    await until(() => /ENOTFOUND|EAI_AGAIN/.test(source.health().lastError ?? ''), 'the direct look-up of the name');
    assert.deepEqual(proxy.asked, []);
  });

  test(`proxy-url of the kubeconfig takes precedence over the environment, including NO_PROXY (${transport})`, async (t) => {
    const { source, proxy } = await behindProxy(t, {
      transport,
      environment: () => ({ [variable]: 'http://127.0.0.1:9', NO_PROXY: '*' }),
      cluster: (proxy) => ({ 'proxy-url': `http://${proxy.address}` }),
    });
    await until(() => source.health().state === 'synced', 'sync');
    assert.notEqual(proxy.asked.length, 0);
  });
}

test('a missing proxy is a reason without a password', async (t) => {
  const { source } = await behindProxy(t, {
    transport: 'tls-http2',
    environment: () => ({ HTTPS_PROXY: 'http://me:hush@127.0.0.1:9' }),
  });
  await until(() => source.health().lastError !== undefined, 'the reason');
  assert.match(source.health().lastError ?? '', /connection refused/);
  assert.doesNotMatch(source.health().lastError ?? '', /hush/);
});
