import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { checkAccess } from '../../server/sources/kubernetes/check-access.ts';
import { systemClock } from '../../server/system/clock.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import type { FakeKubernetes } from '../support/fake-kubernetes.ts';
import {
  EVERYTHING,
  scene,
  syncedScene,
  until,
  type Scene,
  type SceneOptions,
} from '../support/fake-kubernetes/cluster-scene.ts';
import { GATEWAY_KINDS } from '../support/fake-kubernetes/cluster-state.ts';
import { endpointSlice, gateway, httpRoute, ingress, service } from '../support/fake-kubernetes/objects.ts';

// The definitions of the Gateway API come and go while a cluster is followed.

/** Asked often whether the Gateway API is there. */
function followed(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  return syncedScene(t, { ...options, timing: { extensionInterval: 100 } });
}

function putRoute(fake: FakeKubernetes, name: string): void {
  for (const object of [gateway(), service('shop', name), endpointSlice('shop', name, 1), httpRoute('shop', name)])
    fake.state.put(object);
}

function routes({ sink }: Scene): readonly string[] {
  return [...sink.objects.values()].flatMap((object) => (object.kind === 'HTTPRoute' ? objectKey(object) : []));
}

function described({ source }: Scene, plural: string): string {
  return String(source.health().detail[`${plural}.gateway.networking.k8s.io`]);
}

test('a cluster without the Gateway API is healthy, and is asked for it and for nothing of it', async (t) => {
  const made = await followed(t, { prepare: (fake) => void fake.state.put(ingress('shop', 'carol')) });
  const { fake, source } = made;
  await until(() => fake.discoveries > 3, 'asked again');
  assert.equal(source.health().state, 'synced');
  assert.match(described(made, 'httproutes'), /^absent, 0 objects/);
  assert.deepEqual(
    fake.calls.filter(({ kind }) => GATEWAY_KINDS.includes(kind)),
    [],
  );
});

test('HTTPRoutes that are there at the start are in the first view', async (t) => {
  const made = await followed(t, {
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      putRoute(fake, 'carol');
    },
  });
  assert.deepEqual(routes(made), ['shop/httproute/carol']);
  assert.equal(made.source.health().state, 'synced');
});

test('definitions that are installed later are picked up without a restart', async (t) => {
  const made = await followed(t);
  made.fake.gatewayApi = 'installed';
  putRoute(made.fake, 'carol');
  await until(
    () => routes(made).length === 1,
    'the HTTPRoute',
    () => made.log,
  );
  await until(() => described(made, 'httproutes').startsWith('watching'), 'the watch');
  putRoute(made.fake, 'dave');
  await until(() => routes(made).length === 2, 'an HTTPRoute that comes by the watch');
});

test('without the definitions the last known objects stay, visibly, until a list shows what there is', async (t) => {
  const made = await followed(t, {
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      putRoute(fake, 'carol');
    },
  });
  const { fake, source } = made;
  fake.gatewayApi = 'absent';
  fake.endWatches();
  await until(
    () => described(made, 'httproutes').startsWith('absent, 1 objects'),
    'absent',
    () => source.health(),
  );
  const { state, lastError = '' } = source.health();
  assert.equal(state, 'stale');
  assert.match(lastError, /no longer; until they are back, or until a restart, they are served as last known/);
  assert.deepEqual(routes(made), ['shop/httproute/carol']);
  const calls = fake.calls.filter(({ kind }) => GATEWAY_KINDS.includes(kind)).length;
  await until(() => fake.discoveries > 20, 'asked again');
  assert.equal(fake.calls.filter(({ kind }) => GATEWAY_KINDS.includes(kind)).length, calls, 'no lists of what is gone');
  // Somebody installs them again, and creates another HTTPRoute.
  fake.state.delete('HTTPRoute', 'shop', 'carol');
  fake.gatewayApi = 'installed';
  putRoute(fake, 'dave');
  await until(
    () => routes(made).join() === 'shop/httproute/dave',
    'what there is now',
    () => routes(made),
  );
  await until(
    () => source.health().state === 'synced',
    'synced',
    () => source.health(),
  );
});

test('objects that an API server deletes with their definition stay as last known', async (t) => {
  const made = await followed(t, {
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      putRoute(fake, 'carol');
    },
  });
  const { fake, source } = made;
  fake.gatewayApi = 'going';
  fake.state.delete('HTTPRoute', 'shop', 'carol');
  fake.state.delete('Gateway', 'infra', 'public');
  await until(() => described(made, 'httproutes').includes('1 objects'), 'the HTTPRoute is kept');
  fake.gatewayApi = 'absent';
  fake.endWatches();
  await until(() => source.health().state === 'stale', 'stale');
  assert.deepEqual(routes(made), ['shop/httproute/carol']);
});

test('an HTTPRoute that somebody deletes is gone', async (t) => {
  const made = await followed(t, {
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      putRoute(fake, 'carol');
    },
  });
  made.fake.state.delete('HTTPRoute', 'shop', 'carol');
  await until(() => routes(made).length === 0, 'the HTTPRoute is gone');
  assert.equal(made.source.health().state, 'synced');
});

test('an HTTPRoute that is created anew at once is never missed', async (t) => {
  const made = await followed(t, {
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      putRoute(fake, 'carol');
    },
  });
  made.fake.state.delete('HTTPRoute', 'shop', 'carol');
  putRoute(made.fake, 'carol');
  putRoute(made.fake, 'dave');
  await until(() => routes(made).length === 2, 'the next one');
  assert.deepEqual(made.sink.removed, []);
  assert.deepEqual(routes(made).toSorted(), ['shop/httproute/carol', 'shop/httproute/dave']);
});

test('without the right to read them a cluster is served all the same', async (t) => {
  const made = await syncedForbidden(t);
  assert.equal(made.source.health().state, 'synced');
  assert.match(described(made, 'httproutes'), /^forbidden, HTTPRoutes are not published/);
});

test('named namespaces: HTTPRoutes of each, Gateways of all', async (t) => {
  const made = await followed(t, {
    selection: { ...EVERYTHING, namespaces: ['shop', 'web'] },
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      putRoute(fake, 'carol');
      fake.state.put(httpRoute('other', 'dave'));
    },
  });
  assert.deepEqual(routes(made), ['shop/httproute/carol']);
  assert.ok([...made.sink.objects.values()].some(({ kind }) => kind === 'Gateway'));
});

test('check names the rights that are missing, where the Gateway API is installed', async (t) => {
  const { fake, directory } = await followed(t);
  fake.allowed = ({ kind }) => !GATEWAY_KINDS.includes(kind);
  const check = async (): Promise<readonly string[]> => {
    const answer = await checkAccess({
      cluster: {
        name: 'main',
        required: true,
        inCluster: false,
        kubeconfig: `${directory}/config`,
        context: undefined,
      },
      selection: EVERYTHING,
      healthMode: 'endpoints',
      clock: systemClock(Date.now),
      environment: process.env,
    });
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer.value.map(({ verb, resource, need }) => `${need} ${verb} ${resource}`);
  };
  assert.deepEqual(await check(), []);
  fake.gatewayApi = 'installed';
  const missing = await check();
  assert.equal(missing.length, 8);
  assert.ok(missing.includes('optional watch httproutes.gateway.networking.k8s.io'), missing.join());
});

async function syncedForbidden(t: TestContext): Promise<Scene> {
  const made = await scene(t, {
    prepare: (fake) => {
      fake.gatewayApi = 'installed';
      fake.allowed = ({ kind }) => !GATEWAY_KINDS.includes(kind);
      fake.state.put(ingress('shop', 'carol'));
    },
  });
  await until(() => made.sink.allListedCount === 1, 'all listed');
  await until(() => made.source.health().state === 'synced', 'synced');
  return made;
}
