import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingress } from '../support/fake-kubernetes/objects.ts';
import { syncedScene, until } from '../support/cluster-scene.ts';

for (const transport of ['http1', 'tls-http2'] as const) {
  test(`smoke ${transport}`, async (t) => {
    const { fake, sink, source } = await syncedScene(t, {
      transport,
      prepare: (fake) => void fake.state.put(ingress('shop', 'orders')),
    });
    fake.state.put(ingress('shop', 'stock'));
    await until(() => sink.keys('Ingress').length === 2, 'two');
    console.log(source.health(), fake.connections);
    fake.state.delete('Ingress', 'shop', 'orders');
    await until(() => sink.keys('Ingress').length === 1, 'one');
    await source.stop();
    await until(() => fake.connections === 0, 'connections closed');
    assert.ok(true);
  });
}
