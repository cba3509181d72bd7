import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PUBLISHED_MARKER, SOURCE_MARKER } from '../../shared/model/names.ts';
import { type FakeEureka, registration } from '../support/fake-eureka.ts';
import { atLegacy, Deployments, publishing, registrationsAt, sentTo, startLegacy } from '../support/publish-scene.ts';
import { until } from '../testbed/until.ts';

async function scene(t: TestContext): Promise<{ legacy: FakeEureka; deployments: Deployments }> {
  const legacy = await startLegacy(t);
  legacy.registry.register(registration('CAROL', 'c-1'));
  const deployments = new Deployments();
  t.after(() => rmSync(deployments.directory, { recursive: true, force: true }));
  return { legacy, deployments };
}

const ids = (legacy: FakeEureka, app: string): readonly string[] =>
  atLegacy(legacy, app).map(({ instanceId, status }) => `${instanceId} ${status}`);
const CAROL = 'eurek8s:local:shop:carol:carol.k8s.example.com';

test('what is served here is registered there, changes there, and is cancelled there within a second', async (t) => {
  const { legacy, deployments } = await scene(t);
  deployments.deploy('carol');
  await publishing(t, deployments, [legacy.url]);
  await until('the entry', async () => ids(legacy, 'CAROL').length === 2);
  const [, entry] = atLegacy(legacy, 'CAROL');
  assert.equal(entry?.['hostName'], 'carol.k8s.example.com');
  assert.equal(entry?.['vipAddress'], 'carol');
  assert.deepEqual(entry?.['metadata'], {
    zone: 'dc1',
    [SOURCE_MARKER]: 'local/shop/carol',
    [PUBLISHED_MARKER]: 'true',
  });

  for (const [status, ready, annotations] of [
    ['DOWN', 0, {}],
    ['UP', 1, {}],
    ['OUT_OF_SERVICE', 1, { 'eurek8s.io/status': 'OUT_OF_SERVICE' }],
    ['UP', 1, {}],
  ] as const) {
    deployments.deploy('carol', ready, annotations);
    await until(status, async () => ids(legacy, 'CAROL')[1] === `${CAROL}:0 ${status}`);
  }
  deployments.deploy('carol', 1, { 'eurek8s.io/traffic': '75%' });
  await until('three entries', async () => ids(legacy, 'CAROL').length === 4);

  deployments.withdraw('carol');
  await until('they are cancelled', async () => ids(legacy, 'CAROL').length === 1);
  assert.deepEqual(ids(legacy, 'CAROL'), ['c-1 UP']);
  const renewals = sentTo(legacy, 'PUT');
  await sleep(300);
  assert.equal(sentTo(legacy, 'PUT'), renewals);
});

test('the dial goes from 1 % to 100 % and back: the legacy has the same entries, and its own instances stay', async (t) => {
  const { legacy, deployments } = await scene(t);
  for (const id of ['c-2', 'c-3']) legacy.registry.register(registration('CAROL', id));
  deployments.deploy('carol', 2, { 'eurek8s.io/traffic': '1%' });
  const { explain } = await publishing(t, deployments, [legacy.url]);
  for (const [traffic, entries] of [
    ['50%', 3],
    ['100%', 1],
    ['75%', 9],
    ['1%', 0],
    ['25%', 1],
  ] as const) {
    deployments.deploy('carol', 2, { 'eurek8s.io/traffic': traffic });
    await until(traffic, async () => {
      const { share } = await explain('CAROL');
      return share?.asked === traffic && ids(legacy, 'CAROL').length === 3 + entries;
    });
  }
  // One entry and 32 copies of each instance.
  deployments.deploy('carol', 2, { 'eurek8s.io/traffic': '1%', 'eurek8s.io/copies': 'true' });
  await until('copies', async () => ids(legacy, 'CAROL').length === 3 + 1 + 3 * 32);
  legacy.registry.setStatus('CAROL', 'c-3', 'DOWN');
  await until('copies of two', async () => ids(legacy, 'CAROL').filter((each) => each.endsWith('UP')).length === 99);
  legacy.registry.removeStatus('CAROL', 'c-3', 'UP');
  deployments.deploy('carol', 2, { 'eurek8s.io/traffic': '25%' });
  await until('no copies', async () => ids(legacy, 'CAROL').length === 3 + 1);
  const real = ids(legacy, 'CAROL').filter((each) => each.startsWith('c-'));
  assert.deepEqual(real.toSorted(), ['c-1 UP', 'c-2 UP', 'c-3 UP']);
});

test('nothing comes back as a twin: neither by polls nor by the peer feed', async (t) => {
  const { legacy, deployments } = await scene(t);
  deployments.deploy('carol', 1, { 'eurek8s.io/traffic': '50%' });
  const { server, explain, detail } = await publishing(t, deployments, [legacy.url], { 'legacy.peerFeed': ['true'] });
  await until('the entry is there, and listed to us', async () => (await detail())['entriesOfEurek8s'] === 1);
  const id = `${CAROL}:0`;
  const record = legacy.registry.find('CAROL', id);
  const replicated = await fetch(`${server.url}/peer/eureka/peerreplication/batch/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      replicationList: [
        { appName: 'CAROL', id, action: 'Register', instanceInfo: record, lastDirtyTimestamp: 1, status: 'UP' },
        { appName: 'CAROL', id, action: 'Heartbeat', lastDirtyTimestamp: 1, status: 'UP' },
        { appName: 'CAROL', id, action: 'StatusUpdate', lastDirtyTimestamp: 1, status: 'DOWN' },
        { appName: 'CAROL', id, action: 'Cancel' },
        { appName: 'CAROL', id: 'nobody', action: 'Heartbeat', lastDirtyTimestamp: 1, status: 'UP' },
      ],
    }),
  });
  assert.deepEqual(await replicated.json(), {
    responseList: [
      { statusCode: 200 },
      { statusCode: 200 },
      { statusCode: 200 },
      { statusCode: 200 },
      { statusCode: 404 },
    ],
  });
  // A server that starts reads the registry of its peers.
  for (const path of ['apps', 'apps/', 'apps/delta']) {
    const read = await fetch(`${server.url}/peer/eureka/${path}`, { headers: { accept: 'application/json' } });
    const { applications } = (await read.json()) as { readonly applications: { readonly application: unknown } };
    assert.deepEqual([read.status, applications.application], [200, []], path);
  }
  await sleep(500);
  const { served, hidden, refused, share } = await explain('CAROL');
  assert.deepEqual(
    served.map((each) => each.id),
    ['c-1', id],
  );
  assert.deepEqual([hidden.length, refused.length, share?.achievedPercent], [0, 0, 50]);
  assert.deepEqual((await detail())['instances'], 1);
});

test('explain, sources and metrics tell what is published, since when, and why not', async (t) => {
  const { legacy, deployments } = await scene(t);
  legacy.registry.register(registration('CAROL', `${CAROL}:0`));
  deployments.deploy('carol', 1, { 'eurek8s.io/traffic': '100%' });
  deployments.deploy('dave');
  const { explain, text, detail } = await publishing(t, deployments, [legacy.url]);
  await until('dave', async () => (await detail())['published'] === '1 of 2');
  const { publishing: dave } = await explain('DAVE');
  assert.ok(Math.abs(Date.parse(dave?.published[0]?.since ?? '') - Date.now()) < 60_000);
  const carol = await until('carol has its reason', async () => {
    const found = (await explain('CAROL')).publishing;
    return found?.notPublished[0]?.reason.includes('another registration') === true && found;
  });
  assert.match(carol.notes[0] ?? '', /hiding cannot be published/);
  assert.match(
    await text('/eurek8s/explain/CAROL'),
    /published in the legacy: 0 of 1 entry\n {2}1 entry: another registration/,
  );
  assert.match(await text('/eurek8s/explain/DAVE'), /published in the legacy: 1 of 1 entry, the newest for/);
  assert.match(await text('/eurek8s/sources'), /published +1 of 2\n.*publishFailing +1\n.*publishProblem +another/);
  const metrics = await text('/metrics');
  assert.match(metrics, /eurek8s_legacy_published_entries 1\n/);
  assert.match(metrics, /eurek8s_legacy_publish_failing_entries 1\n/);
  assert.match(metrics, /eurek8s_legacy_publish_requests_total\{kind="register",outcome="done"\} 1\n/);
  assert.equal(legacy.registry.find('CAROL', `${CAROL}:0`)?.['hostName'], 'node7.corp.example', 'it was left alone');
});

test('two replicas publish at once, and one is restarted: what the legacy lists does not change again', async (t) => {
  const { legacy, deployments } = await scene(t);
  for (let i = 0; i < 20; i++) deployments.deploy(`svc${i}`);
  const start = (): ReturnType<typeof publishing> => publishing(t, deployments, [legacy.url]);
  const [first, second] = await Promise.all([start(), start()]);
  for (const { detail } of [first, second])
    await until('all are there', async () => (await detail())['published'] === '20 of 20');
  // At the same moment both may register; afterwards the second one sees what is there.
  const before = registrationsAt(legacy);
  assert.ok(before <= 40, `${before} registrations of 20 entries`);
  const changes = JSON.stringify(legacy.registry.delta());
  await second.stop();
  const third = await start();
  await until('all are found', async () => (await third.detail())['published'] === '20 of 20');
  assert.equal(registrationsAt(legacy), before);
  assert.equal(sentTo(legacy, 'DELETE'), 0);
  assert.equal(JSON.stringify(legacy.registry.delta()), changes);
});

test('a legacy that was killed and comes back empty is refilled as soon as it answers', async (t) => {
  const { legacy, deployments } = await scene(t);
  for (let i = 0; i < 20; i++) deployments.deploy(`svc${i}`);
  const warnings: unknown[] = [];
  const log = { warn: (_fields: object, message: string) => void warnings.push(message) };
  const { detail, explain } = await publishing(t, deployments, [legacy.url], {}, log);
  await until('all are there', async () => (await detail())['published'] === '20 of 20');
  await legacy.stop();
  legacy.registry.clear();
  deployments.withdraw('svc0');
  deployments.deploy('late');
  await until('what cannot be registered says so', async () =>
    /connection refused/.test((await explain('LATE')).publishing?.notPublished[0]?.reason ?? ''),
  );
  await legacy.listen();
  await until('it is refilled', async () => legacy.registry.full().applications.length === 20);
  await until('nothing is left to do', async () => (await detail())['publishFailing'] === 0);
  assert.deepEqual(atLegacy(legacy, 'SVC0'), []);
  assert.equal(warnings.filter((each) => each === 'entries could not be published in the legacy registry').length, 1);
});

test('a stop cancels nothing, and a start without memory cancels nothing', async (t) => {
  const { legacy, deployments } = await scene(t);
  for (const name of ['carol', 'dave']) deployments.deploy(name);
  const { detail, stop } = await publishing(t, deployments, [legacy.url]);
  await until('both are there', async () => (await detail())['published'] === '2 of 2');
  await stop();
  deployments.withdraw('dave');
  const again = await publishing(t, deployments, [legacy.url]);
  await until('carol is found', async () => (await again.detail())['published'] === '1 of 1');
  assert.equal(atLegacy(legacy, 'DAVE').length, 1, 'its lease runs out by itself');
  await again.stop();
  const off = await publishing(t, deployments, [legacy.url], { 'legacy.publish': ['false'] });
  assert.equal((await off.detail())['published'], undefined);
  assert.equal((await off.explain('CAROL')).publishing, undefined);
  assert.deepEqual([sentTo(legacy, 'DELETE'), atLegacy(legacy, 'CAROL').length], [0, 2]);
});

test('with the registry file, what went while nobody ran is cancelled once its source has confirmed it', async (t) => {
  const { legacy, deployments } = await scene(t);
  for (const name of ['carol', 'dave', 'erin']) deployments.deploy(name);
  const directory = new Deployments().directory;
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const flags = { 'snapshot.file': [join(directory, 'registry')] };
  const { detail, stop } = await publishing(t, deployments, [legacy.url], flags);
  await until('all are there', async () => (await detail())['published'] === '3 of 3');
  await stop();
  deployments.withdraw('dave');
  const before = registrationsAt(legacy);
  const again = await publishing(t, deployments, [legacy.url], flags);
  await until('dave is cancelled', async () => atLegacy(legacy, 'DAVE').length === 0);
  await until('the others are found', async () => (await again.detail())['published'] === '2 of 2');
  assert.equal(registrationsAt(legacy), before);
});

test('with the registry file, nothing is published before its source has confirmed that it is still wanted', async (t) => {
  const { legacy, deployments } = await scene(t);
  for (const name of ['dave', 'erin']) deployments.deploy(name);
  const directory = new Deployments().directory;
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const flags = { 'snapshot.file': [join(directory, 'registry')] };
  const { detail, stop } = await publishing(t, deployments, [legacy.url], flags);
  await until('both are there', async () => (await detail())['published'] === '2 of 2');
  await stop();
  // Their leases ran out meanwhile, and the directory cannot be read yet.
  legacy.registry.clear();
  legacy.registry.register(registration('CAROL', 'c-1'));
  deployments.withdraw('dave');
  renameSync(deployments.directory, `${deployments.directory}-away`);
  const before = registrationsAt(legacy);
  const again = await publishing(t, deployments, [legacy.url], flags);
  assert.deepEqual((await again.explain('DAVE')).served.length, 1, 'served, as restored');
  await sleep(1500);
  assert.equal(registrationsAt(legacy), before);
  renameSync(`${deployments.directory}-away`, deployments.directory);
  await until('erin is registered', async () => atLegacy(legacy, 'ERIN').length === 1);
  await until('all is done', async () => (await again.detail())['published'] === '1 of 1');
  assert.equal(registrationsAt(legacy), before + 1);
});

test('a source that cannot be read, or whose removals are held, withdraws nothing', async (t) => {
  const { legacy, deployments } = await scene(t);
  const names = Array.from({ length: 6 }, (_, i) => `svc${i}`);
  deployments.deployTogether('all', names);
  const { detail, server } = await publishing(t, deployments, [legacy.url]);
  await until('all are there', async () => (await detail())['published'] === '6 of 6');
  deployments.withdraw('all');
  await until('a hold', async () => {
    const holds = (await (await fetch(`${server.url}/eurek8s/holds`)).json()) as { holds: readonly unknown[] };
    return holds.holds.length === 1;
  });
  rmSync(deployments.directory, { recursive: true });
  await sleep(1000);
  assert.deepEqual([sentTo(legacy, 'DELETE'), (await detail())['published']], [0, '6 of 6']);
});
