import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../../server/ports/running-server.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import type { Fault } from '../support/fake-eureka-faults.ts';
import { serveForTest } from '../support/running-server.ts';

interface Scene {
  readonly legacy: FakeEureka;
  readonly server: RunningServer;
  readonly errors: unknown[];
}

async function scene(
  t: TestContext,
  prepare: (legacy: FakeEureka) => void,
  faults: readonly Fault[] = [],
): Promise<Scene> {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  legacy.registry.register(registration('ORDERS', 'o-1'));
  prepare(legacy);
  for (const fault of faults) legacy.fail(fault);
  const flags = { 'leases.enabled': ['false'], 'legacy.urls': [legacy.url], 'legacy.pollInterval': ['250ms'] };
  const errors: unknown[] = [];
  const log = { error: (...logged: unknown[]) => void errors.push(logged) };
  const server = await serveForTest(t, { flags: { ...flags, 'legacy.peerFeed': ['true'] }, log });
  await eventually('ready', async () => (await fetch(`${server.url}/readyz`)).status === 200);
  return { legacy, server, errors };
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(20);
  }
}

async function detailOf({ url }: RunningServer): Promise<Readonly<Record<string, number>>> {
  const { sources } = (await (await fetch(`${url}/eurek8s/sources`)).json()) as {
    readonly sources: readonly { readonly detail: Readonly<Record<string, number>> }[];
  };
  return sources[0]?.detail ?? {};
}

/** Checks that every page about an application answers, in both forms. */
async function readable({ url }: RunningServer, app: string): Promise<void> {
  for (const path of [
    `/eurek8s/explain/${app}`,
    '/',
    '/eurek8s/sources',
    '/metrics',
    '/eureka/apps',
    '/eureka/apps/delta',
  ])
    for (const accept of ['application/json', 'text/plain', 'application/xml']) {
      const response = await fetch(url + path, { headers: { accept } });
      const text = await response.text();
      assert.notEqual(response.status, 500, `${path} as ${accept}`);
      assert.ok(text.length < 100_000, `${path} as ${accept} has ${text.length} characters`);
    }
}

const HALF = '\ud800';
const LONG = 'x'.repeat(450_000);

for (const faults of [[], ['xml-only']] as const)
  test(`ids and names that no URL can carry are left out of lists, the rest is served (${faults.join() || 'JSON'})`, async (t) => {
    const { server, errors } = await scene(
      t,
      ({ registry }) => {
        for (const id of [`half${HALF}`, LONG]) registry.register(registration('ORDERS', id));
        registry.register(registration('ORDERS', 'host', { hostName: LONG }));
        registry.register(registration(`H${HALF}`, 'h-1'));
        registry.register(registration(LONG, 'l-1'));
      },
      faults,
    );
    const xml = await (await fetch(`${server.url}/eureka/apps`)).text();
    const served = [...xml.matchAll(/<instanceId>([^<]*)/g)].map(([, id = '']) => id);
    // Lone surrogates have been replaced by the time they arrive as XML.
    assert.ok(served.includes('o-1'));
    assert.ok(
      served.every((id) => id.length < 100),
      'no long id',
    );
    assert.ok(((await detailOf(server))['unreadable'] ?? 0) >= 3);
    await readable(server, 'ORDERS');
    assert.deepEqual(errors, []);
  });

test('what the legacy pushes about such an instance is skipped, and polls go on', async (t) => {
  const { legacy, server, errors } = await scene(t, () => undefined);
  const item = (action: string, id: string): object => ({
    appName: 'ORDERS',
    id,
    action,
    lastDirtyTimestamp: 1,
    status: 'UP',
    ...(action === 'Register' ? { instanceInfo: registration('ORDERS', id) } : {}),
  });
  const actions = ['Register', 'Heartbeat', 'StatusUpdate', 'DeleteStatusOverride', 'Cancel'];
  const replicationList = [`half${HALF}`, LONG].flatMap((id) => actions.map((action) => item(action, id)));
  const response = await fetch(`${server.url}/peer/eureka/peerreplication/batch/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ replicationList: [...replicationList, item('Register', 'o-2')] }),
  });
  assert.equal(response.status, 200);
  const { responseList } = (await response.json()) as {
    readonly responseList: readonly { readonly statusCode: number }[];
  };
  const [one, two] = [responseList.slice(0, 5), responseList.slice(5, 10)].map((some) =>
    some.map((each) => each.statusCode),
  );
  assert.deepEqual(one, [200, 404, 404, 404, 404]);
  assert.deepEqual(two, one);
  await readable(server, 'ORDERS');
  legacy.registry.register(registration('ORDERS', 'o-3'));
  await eventually('o-3 is seen', async () =>
    (await (await fetch(`${server.url}/eureka/apps`)).text()).includes('o-3'),
  );
  assert.deepEqual(errors, []);
});

test('an invalid time stamp of the legacy breaks neither explain nor the lag', async (t) => {
  const { legacy, server, errors } = await scene(t, () => undefined);
  legacy.front = ({ url }) => {
    if (!url.startsWith('/eureka/apps/')) return undefined;
    const times = { lastUpdatedTimestamp: '9223372036854775807', lastDirtyTimestamp: '9223372036854775807' };
    const leaseInfo = {
      registrationTimestamp: 9223372036854775807n.toString(),
      lastRenewalTimestamp: -1,
      evictionTimestamp: 1e300,
    };
    const odd = {
      ...registration('ORDERS', 'o-1', { hostName: 'moved' }),
      ...times,
      leaseInfo,
      actionType: 'MODIFIED',
    };
    const real = {
      ...registration('CAROL', 'c-1'),
      lastUpdatedTimestamp: String(Date.now() - 90_000),
      actionType: 'ADDED',
    };
    const application = [
      { name: 'ORDERS', instance: [odd] },
      { name: 'CAROL', instance: [real] },
    ];
    const applications = { versions__delta: '1', apps__hashcode: 'UP_2_', application };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ applications }) };
  };
  await eventually('c-1 is seen', async () =>
    (await (await fetch(`${server.url}/eureka/apps`)).text()).includes('c-1'),
  );
  await readable(server, 'ORDERS');
  const explained = await (
    await fetch(`${server.url}/eurek8s/explain/ORDERS`, { headers: { accept: 'text/plain' } })
  ).text();
  assert.match(explained, /o-1/);
  assert.ok(((await detailOf(server))['lagMs'] ?? 0) >= 90_000);
  assert.deepEqual(errors, []);
});
