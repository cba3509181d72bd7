import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RunningServer } from '../../server/ports/running-server.ts';
import type { Explanation } from '../../shared/api/explain.ts';
import type { SourcesReport } from '../../shared/api/sources.ts';
import {
  cancelInstance,
  heartbeatInstance,
  overrideStatus,
  registerInstance,
  type Registration,
  type ShownInstance,
} from '../support/eureka-rest.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest, type HttpAnswer } from '../support/http-request.ts';
import { serveForTest, type ServedConfig } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const CIDRS = ['10.42.0.0/16', 'fd00::/8'];
const JSON_ACCEPT = { accept: 'application/json' };
const POD: Registration = { app: 'carol', id: 'pod-1', ip: '10.42.0.7', host: 'pod-1', port: 8080 };

interface Scene {
  readonly eureka: FakeEureka;
  /** Another server in front of the same legacy; `flags` over those of the scene. */
  readonly serve: (flags?: ServedConfig['flags']) => Promise<RunningServer>;
}

/** A legacy with one instance of CAROL that callers reach. */
async function scene(t: TestContext): Promise<Scene> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('CAROL', 'vm-1', { ipAddr: '172.16.0.1' }));
  const serve: Scene['serve'] = async (flags = {}) => {
    const server = await serveForTest(t, {
      flags: {
        'leases.enabled': ['false'],
        'legacy.urls': [eureka.url],
        'legacy.pollInterval': ['100ms'],
        'overlay.cidrs': CIDRS,
        ...flags,
      },
    });
    await until('ready', async () => (await httpRequest(`${server.url}/readyz`)).status === 200);
    return server;
  };
  return { eureka, serve };
}

const base = ({ url }: RunningServer): string => `${url}/eureka`;
const get = (server: RunningServer, path: string): Promise<HttpAnswer> =>
  httpRequest(server.url + path, { headers: JSON_ACCEPT });
const renew = (server: RunningServer, { app, id = '' }: Registration, dirty?: number): Promise<number> =>
  heartbeatInstance(base(server), app, id, dirty);

async function one(server: RunningServer, id: string, app = 'CAROL'): Promise<ShownInstance | undefined> {
  const { status, body } = await get(server, `/eureka/apps/${app}/${id}`);
  return status === 404 ? undefined : (JSON.parse(body) as { instance: ShownInstance }).instance;
}

/** Every list that a caller can ask for, as one text. */
async function lists(server: RunningServer): Promise<string> {
  const paths = ['apps', 'apps/', 'apps/delta', 'apps/CAROL', 'apps/carol', 'vips/carol', 'svips/carol', 'vips/CAROL'];
  const answers = await Promise.all(
    paths.flatMap((path) =>
      ['application/json', 'application/xml'].map((accept) =>
        httpRequest(`${base(server)}/${path}`, { headers: { accept } }),
      ),
    ),
  );
  return answers.map(({ body }) => body).join('\n');
}

async function assertInNoList(server: RunningServer, ...texts: readonly string[]): Promise<void> {
  const all = await lists(server);
  for (const text of texts) assert.ok(!all.includes(text), `${text} is in a list`);
}

async function explain(server: RunningServer, app = 'CAROL'): Promise<Explanation> {
  return JSON.parse((await get(server, `/eurek8s/explain/${app}`)).body) as Explanation;
}

const forwarded = ({ requests }: FakeEureka): readonly string[] =>
  requests.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);

test('an absorbed Pod is answered as by Eureka, is in no list, and the legacy never hears of it', async (t) => {
  const { eureka, serve } = await scene(t);
  const server = await serve();
  assert.equal(await renew(server, POD), 404, 'before it has registered');
  eureka.requests.length = 0;
  await registerInstance(base(server), { ...POD, status: 'STARTING' });
  await registerInstance(base(server), POD);
  assert.equal(await renew(server, POD), 200);
  assert.equal((await one(server, 'pod-1'))?.status, 'UP');
  assert.equal(JSON.parse((await get(server, '/eureka/instances/pod-1')).body).instance.ipAddr, '10.42.0.7');
  await overrideStatus(base(server), 'carol', 'pod-1', 'OUT_OF_SERVICE');
  assert.equal((await one(server, 'pod-1'))?.status, 'OUT_OF_SERVICE');
  await registerInstance(base(server), POD);
  assert.equal((await one(server, 'pod-1'))?.status, 'OUT_OF_SERVICE', 'an override outlives a registration');
  const url = `${base(server)}/apps/carol/pod-1`;
  assert.equal((await httpRequest(`${url}/status?value=UP`, { method: 'DELETE' })).status, 200);
  assert.equal((await httpRequest(`${url}/metadata?colour=green`, { method: 'PUT' })).status, 200);
  assert.equal((await one(server, 'pod-1'))?.metadata['colour'], 'green');
  assert.equal(await renew(server, POD, Date.now() + 60_000), 404, 'newer data has to be registered');
  await assertInNoList(server, 'pod-1', '10.42.');
  assert.ok((await lists(server)).includes('vm-1'));

  const { hidden, served } = await explain(server);
  assert.deepEqual(
    [served.map(({ id }) => id), hidden.map(({ id, source, code }) => [id, source, code])],
    [['vm-1'], [['pod-1', 'overlay', 'overlay']]],
  );
  assert.match(hidden[0]?.reason ?? '', /10\.42\.0\.7 is in 10\.42\.0\.0\/16 .*absorbed/);
  const { sources } = JSON.parse((await get(server, '/eurek8s/sources')).body) as SourcesReport;
  assert.equal(sources.find(({ id }) => id === 'overlay')?.detail['instances'], 1);
  assert.match((await get(server, '/metrics')).body, /^eurek8s_absorbed_instances 1$/m);

  await cancelInstance(base(server), 'carol', 'pod-1');
  assert.equal(await one(server, 'pod-1'), undefined);
  assert.deepEqual(forwarded(eureka), []);
});

test('every spelling of an overlay address is absorbed, also as the host name', async (t) => {
  const { eureka, serve } = await scene(t);
  const server = await serve();
  const spellings = ['10.42.0.1', '::ffff:10.42.0.2', 'fd12::3', 'FD12:0:0:0:0:0:0:4', 'fd12::5%eth0', '[fd12::6]'];
  for (const [n, ip] of spellings.entries()) {
    await registerInstance(base(server), { ...POD, id: `by-ip-${n}`, ip });
    await registerInstance(base(server), { ...POD, id: `by-host-${n}`, ip: '172.16.0.9', host: ip });
  }
  await assertInNoList(server, 'by-ip', 'by-host');
  assert.equal((await explain(server)).hidden.length, 2 * spellings.length);
  assert.deepEqual(forwarded(eureka), []);
});

test('without the legacy absorbed leases go on, and everything else is 503', async (t) => {
  const { eureka, serve } = await scene(t);
  const [server, other] = [await serve(), await serve()];
  await registerInstance(base(server), POD);
  assert.equal(await renew(other, POD), 404, 'another replica: costs one registration');
  await eureka.stop();
  assert.equal(await renew(server, POD), 200);
  await registerInstance(base(server), { ...POD, id: 'pod-2' });
  assert.equal(await renew(server, { ...POD, id: 'vm-1' }), 503);
  assert.equal(await renew(other, POD), 503, 'a 404 has to be meant');
  await registerInstance(base(other), POD);
  assert.equal(await renew(other, POD), 200);
  await assertInNoList(server, 'pod-');
});

test('of one id the last registration counts, from an overlay address to another one and back', async (t) => {
  const { eureka, serve } = await scene(t);
  const server = await serve();
  await registerInstance(base(server), POD);
  await registerInstance(base(server), { ...POD, ip: '172.16.0.7', host: 'vm-7' });
  assert.ok((await lists(server)).includes('172.16.0.7'), 'served at once');
  assert.deepEqual((await explain(server)).hidden, []);
  assert.deepEqual(forwarded(eureka), ['POST /eureka/apps/CAROL']);
  assert.equal(await renew(server, POD), 200);
  assert.equal(forwarded(eureka).length, 2, 'its heartbeats are the legacy’s');

  await registerInstance(base(server), POD);
  assert.equal(await renew(server, POD), 200);
  await overrideStatus(base(server), 'carol', 'pod-1', 'DOWN');
  assert.equal(forwarded(eureka).length, 2, 'the old lease runs out at the legacy by itself');
  await assertInNoList(server, '10.42.0.7');
  eureka.registry.remove('CAROL', 'pod-1');
  await until('the legacy has ended it', async () => (await one(server, 'pod-1'))?.status === 'DOWN');
  await assertInNoList(server, '10.42.');
});

test('a move to an address in reach that the legacy does not take leaves the lease where it is', async (t) => {
  const { eureka, serve } = await scene(t);
  const server = await serve();
  await registerInstance(base(server), POD);
  await eureka.stop();
  await assert.rejects(registerInstance(base(server), { ...POD, ip: '172.16.0.7' }), /503/);
  assert.equal(await renew(server, POD), 200);
  await eureka.listen();
  await until('the legacy takes it', async () => {
    await registerInstance(base(server), { ...POD, ip: '172.16.0.7' });
    return true;
  });
  assert.deepEqual((await explain(server)).hidden, []);
});

test('a registration that is absorbed while an earlier one is on its way to the legacy stays absorbed', async (t) => {
  const { eureka, serve } = await scene(t);
  const server = await serve();
  await registerInstance(base(server), POD);
  eureka.writeDelayMs = 500;
  const earlier = registerInstance(base(server), { ...POD, ip: '172.16.0.7' });
  await until('the legacy has it', async () => forwarded(eureka).length > 0);
  await registerInstance(base(server), POD);
  await earlier;
  assert.equal(await renew(server, POD), 200);
  assert.equal(forwarded(eureka).length, 1);
  await assertInNoList(server, '10.42.0.7');
});

test('a Pod with the id of an instance that callers reach takes neither its place nor its heartbeats', async (t) => {
  const { eureka, serve } = await scene(t);
  const server = await serve();
  const [vmDirty, podDirty] = [Date.now() - 60_000, Date.now()];
  const vm: Registration = { ...POD, id: 'same', ip: '172.16.0.8', host: 'vm-8', lastDirtyTimestamp: vmDirty };
  const pod: Registration = { ...POD, id: 'same', lastDirtyTimestamp: podDirty };
  await registerInstance(base(server), vm);
  await registerInstance(base(server), pod);
  assert.ok((await lists(server)).includes('172.16.0.8'));
  await assertInNoList(server, '10.42.0.7');
  eureka.requests.length = 0;
  assert.equal(await renew(server, vm, vmDirty), 200);
  assert.equal(forwarded(eureka).length, 1);
  assert.equal(await renew(server, pod, podDirty), 200);
  assert.equal(forwarded(eureka).length, 1);
  const { refused } = await explain(server);
  assert.deepEqual(
    refused.map(({ object, code }) => [object, code]),
    [['overlay/same', 'id-taken']],
  );
});

test('overlay entries that the legacy has already are hidden, and go on there until they register anew', async (t) => {
  const { eureka, serve } = await scene(t);
  eureka.registry.register(registration('CAROL', 'pod-1', { ipAddr: '10.42.0.7', hostName: 'pod-1' }));
  const server = await serve();
  await assertInNoList(server, 'pod-1', '10.42.');
  assert.equal((await explain(server)).hidden[0]?.source, 'legacy');
  assert.equal(await renew(server, POD), 200);
  assert.equal(forwarded(eureka).length, 1);
  await registerInstance(base(server), { ...POD, status: 'DOWN' });
  assert.equal(forwarded(eureka).length, 1);
  assert.equal((await one(server, 'pod-1'))?.status, 'DOWN', 'its true status is that of its last registration');
  const { hidden, refused } = await explain(server);
  assert.deepEqual(
    [hidden.map(({ source }) => source), refused.map(({ object }) => object)],
    [['overlay'], ['legacy/pod-1']],
  );
  eureka.registry.register(registration('CAROL', 'pod-3', { ipAddr: '::ffff:10.42.0.9', hostName: 'pod-3' }));
  await until('a poll has brought it', async () => (await explain(server)).hidden.length === 2);
  await assertInNoList(server, 'pod-1', 'pod-3', '10.42.');
  eureka.registry.register(registration('CAROL', 'vm-1', { ipAddr: '10.42.0.10' }));
  await until('an instance has moved', async () => (await explain(server)).hidden.length === 3);
  // The delta tells of its removal, with what callers knew of it.
  await assertInNoList(server, '10.42.');
});

test('absorbed leases outlive a restart with their overrides, but not another list of networks', async (t) => {
  const { serve } = await scene(t);
  const directory = mkdtempSync(join(tmpdir(), 'overlay-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = { 'snapshot.file': [join(directory, 'registry')] };
  const first = await serve(file);
  await registerInstance(base(first), POD);
  await overrideStatus(base(first), 'carol', 'pod-1', 'OUT_OF_SERVICE');
  await first.stop();

  const second = await serve(file);
  assert.equal(await renew(second, POD), 200, 'no registration needed');
  assert.equal((await one(second, 'pod-1'))?.status, 'OUT_OF_SERVICE');
  await registerInstance(base(second), POD);
  assert.equal((await one(second, 'pod-1'))?.status, 'OUT_OF_SERVICE');
  await assertInNoList(second, 'pod-1');
  await second.stop();

  const widened = await serve({ ...file, 'overlay.cidrs': [...CIDRS, '10.99.0.0/16'] });
  assert.equal(await renew(widened, POD), 404, 'registers again');
  await registerInstance(base(widened), POD);
  await widened.stop();

  const outside = await serve({ ...file, 'overlay.cidrs': ['10.99.0.0/16'] });
  assert.equal(await one(outside, 'pod-1'), undefined);
  await registerInstance(base(outside), POD);
  assert.ok((await lists(outside)).includes('10.42.0.7'), 'in reach by this configuration');
  await outside.stop();

  const hiding = await serve({ ...file, 'overlay.action': ['hide'] });
  await assertInNoList(hiding, 'pod-1');
});

test('a restart without a file costs each Pod one registration', async (t) => {
  const { serve } = await scene(t);
  const first = await serve();
  await registerInstance(base(first), POD);
  await first.stop();
  const second = await serve();
  assert.equal(await renew(second, POD), 404);
  await registerInstance(base(second), POD);
  assert.equal(await renew(second, POD), 200);
  await assertInNoList(second, 'pod-1');
});

test('hide forwards and does not serve; forward does both', async (t) => {
  const { eureka, serve } = await scene(t);
  const hiding = await serve({ 'overlay.action': ['hide'] });
  await registerInstance(base(hiding), POD);
  assert.equal(await renew(hiding, POD), 200);
  assert.deepEqual(forwarded(eureka).length, 2);
  await assertInNoList(hiding, 'pod-1', '10.42.');
  assert.equal((await one(hiding, 'pod-1'))?.status, 'UP');
  const serving = await serve({ 'overlay.action': ['forward'] });
  assert.ok((await lists(serving)).includes('10.42.0.7'));
  await registerInstance(base(serving), { ...POD, id: 'pod-2', ip: '10.42.0.8' });
  assert.ok((await lists(serving)).includes('10.42.0.8'));
  await until('by the legacy', async () => (await explain(hiding)).hidden.length === 2);
  await assertInNoList(hiding, 'pod-2', '10.42.');
});

test('a registry of our own keeps and hides them as one of its leases, those that peers replicate too', async (t) => {
  const server = await serveForTest(t, { flags: { 'overlay.cidrs': CIDRS } });
  await registerInstance(base(server), POD);
  assert.equal(await renew(server, POD), 200);
  const record = { ...registration('CAROL', 'pod-2', { ipAddr: '10.42.0.8', hostName: 'pod-2' }), countryId: 1 };
  const item = {
    appName: 'CAROL',
    id: 'pod-2',
    action: 'Register',
    lastDirtyTimestamp: Date.now(),
    instanceInfo: record,
  };
  const batch = await httpRequest(`${base(server)}/peerreplication/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ replicationList: [item] }),
  });
  assert.equal(batch.status, 200, batch.body);
  const { hidden } = await explain(server);
  assert.deepEqual(
    hidden.map(({ id, source }) => [id, source]),
    [
      ['pod-1', 'leases'],
      ['pod-2', 'leases'],
    ],
  );
  await assertInNoList(server, 'pod-1', 'pod-2', '10.42.');
});

test('what the legacy pushes as our peer is hidden, and a replicated write is not absorbed', async (t) => {
  const { serve } = await scene(t);
  const server = await serve({ 'legacy.peerFeed': ['true'] });
  const record = { ...registration('CAROL', 'pod-2', { ipAddr: '10.42.0.8', hostName: 'pod-2' }), countryId: 1 };
  const item = {
    appName: 'CAROL',
    id: 'pod-2',
    action: 'Register',
    lastDirtyTimestamp: Date.now(),
    instanceInfo: record,
  };
  const batch = await httpRequest(`${server.url}/peer/eureka/peerreplication/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ replicationList: [item] }),
  });
  assert.equal(batch.status, 200, batch.body);
  await until('it is known', async () => (await explain(server)).hidden.some(({ id }) => id === 'pod-2'));
  await assertInNoList(server, 'pod-2', '10.42.');
  const replicated = await httpRequest(`${base(server)}/apps/CAROL/pod-2?status=UP`, {
    method: 'PUT',
    headers: { 'x-netflix-discovery-replication': 'true' },
  });
  assert.equal(replicated.status, 403);
});

test('after the legacy is gone Pods are still absorbed, and nothing else is taken', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'overlay-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const server = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      manifests: [`{ name: local, directory: ${directory} }`],
      'overlay.cidrs': CIDRS,
    },
  });
  await until('ready', async () => (await httpRequest(`${server.url}/readyz`)).status === 200);
  assert.equal(await renew(server, POD), 404);
  await registerInstance(base(server), POD);
  assert.equal(await renew(server, POD), 200);
  await assertInNoList(server, 'pod-1');
  await assert.rejects(
    registerInstance(base(server), { ...POD, ip: '172.16.0.1', id: 'vm' }),
    /503.*no other registry/,
  );
});

test('read-only refuses Pods too', async (t) => {
  const { serve } = await scene(t);
  const server = await serve({ readOnly: ['true'] });
  await assert.rejects(registerInstance(base(server), POD), /503/);
  assert.equal(await renew(server, POD), 503);
});
