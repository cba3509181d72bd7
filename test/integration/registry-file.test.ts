import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { readRegistryFile } from '../../server/registry-file/file-reading.ts';
import type { RegistryFileReport } from '../../shared/api/registry-file.ts';
import { listOf, membersOf } from '../../shared/data/shape.ts';
import { sourceId } from '../../shared/model/names.ts';
import { runCli } from '../support/cli-process.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { endlessSlice } from '../support/time-slices.ts';
import { until } from '../testbed/until.ts';

const JSON_ACCEPT = { accept: 'application/json' };

interface Scene {
  readonly directory: string;
  readonly file: string;
  readonly eureka: FakeEureka;
  /** With the legacy and the file, and `more`. */
  readonly serve: (more?: object) => Promise<ServedProcess>;
}

/** A legacy with ten instances of two applications. */
async function scene(t: TestContext): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'registry-file-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (let n = 0; n < 5; n++)
    for (const app of ['ORDERS', 'PAYMENTS']) eureka.registry.register(registration(app, `${app}-${n}`));
  const file = join(directory, 'registry');
  const base = {
    legacy: { urls: [eureka.url.replace('http://', 'http://user:hunter2@')], pollInterval: '100ms' },
    guards: { grace: '1h' },
    snapshot: { file },
  };
  return { directory, file, eureka, serve: (more = {}) => serveProcess(t, directory, { ...base, ...more }) };
}

/** What a registry file says: packed text after a first line. */
function storedText(file: string): string {
  const bytes = readFileSync(file);
  return gunzipSync(bytes.subarray(bytes.indexOf('\n') + 1)).toString('utf8');
}

/** The registry as clients get it, but for the version, which every process counts by itself. */
async function registry(served: ServedProcess): Promise<unknown> {
  const { status, body } = await served.get('/eureka/apps', JSON_ACCEPT);
  assert.equal(status, 200, body);
  const { applications } = JSON.parse(body) as { applications: Record<string, unknown> };
  return { ...applications, versions__delta: undefined };
}

async function ids(served: ServedProcess, app: string): Promise<readonly string[]> {
  const { status, body } = await served.get(`/eureka/apps/${app}`, JSON_ACCEPT);
  if (status === 404) return [];
  const { application } = JSON.parse(body) as { application: { instance: readonly { instanceId: string }[] } };
  return application.instance.map(({ instanceId }) => instanceId);
}

async function source(served: ServedProcess, id = 'legacy') {
  const found = (await served.sources()).sources.find((each) => each.id === id);
  assert.ok(found, id);
  return found;
}

/** Once the start has looked at the file. */
async function fileOf(served: ServedProcess): Promise<RegistryFileReport> {
  return until('the file was read', async () => (await served.sources()).registryFile);
}

/** What the file has of the guard of a source. */
async function storedGuard(file: string, id: string): Promise<{ readonly held: boolean; readonly passed: number }> {
  const read = await readRegistryFile(file, endlessSlice);
  assert.ok(read.ok);
  const state = read.value?.parts.get(sourceId(id))?.state;
  const { hold, passed } = membersOf(state ?? { passed: [] });
  return { held: hold !== undefined, passed: listOf(passed).length };
}

/** Until what is served now is in the file, as a kill would otherwise be too early. */
async function stored(served: ServedProcess): Promise<void> {
  const since = Date.now();
  await until('the file is written', async () => {
    const { registryFile } = await served.sources();
    return Date.parse(registryFile?.lastWrite ?? '') > since;
  });
}

test('no version of a process that was killed is repeated by the next, however many it gave', async (t) => {
  const { serve } = await scene(t);
  const leases = { legacy: {}, leases: { enabled: true } };
  const version = async (served: ServedProcess): Promise<number> => {
    const { body } = await served.get('/eureka/apps/delta', JSON_ACCEPT);
    return Number((JSON.parse(body) as { applications: { versions__delta: string } }).applications.versions__delta);
  };
  const first = await serve(leases);
  await first.ready();
  // More than one a second: a number that begins with the seconds falls behind these.
  for (let n = 0; n < 300; n++)
    await registerInstance(`${first.url}/eureka`, { app: 'ORDERS', id: `o-${n}`, port: 8080 });
  await stored(first);
  await registerInstance(`${first.url}/eureka`, { app: 'LAST', id: 'l-1', port: 8080 });
  const seen = await version(first);
  await first.end('SIGKILL');
  const second = await serve(leases);
  await second.ready();
  const next = await version(second);
  assert.ok(next > seen, `${next} after ${seen}`);
  const ahead = await second.get(`/eurek8s/changes?since=${next + 1_000_000}`);
  assert.match(String((JSON.parse(ahead.body) as { gap?: string }).gap), /has not come to version/);
});

test('a restart while the legacy is away: served at once, as it was, and stale; the legacy confirms it', async (t) => {
  const { eureka, file, serve } = await scene(t);
  const first = await serve();
  await first.ready();
  const before = await registry(first);
  assert.equal(await first.end('SIGTERM'), 0);
  const text = storedText(file);
  assert.ok(text.includes(new URL(eureka.url).host), 'the text of the file is read');
  assert.ok(!text.includes('hunter2'));
  await eureka.stop();

  const second = await serve();
  await second.ready();
  assert.deepEqual(await registry(second), before);
  const { state, restored, ageMs, lastSuccess } = await source(second);
  assert.deepEqual([state, restored], ['stale', true]);
  assert.ok(Number(ageMs) > 0 && Date.parse(lastSuccess ?? '') < Date.now());
  const summary = await second.get('/', { 'user-agent': 'curl/8.5.0', accept: '*/*' });
  assert.match(summary.body, /restored from the registry file, last success 20/);
  assert.match((await second.get('/metrics')).body, /^eurek8s_source_restored\{source="legacy"\} 1$/m);
  // Another restart, and the time of the last success is still that of the success.
  assert.equal(await second.end('SIGTERM'), 0);
  const third = await serve();
  await third.ready();
  assert.equal((await source(third)).lastSuccess, lastSuccess);

  await eureka.listen();
  await until('the legacy confirms', async () => (await source(third)).state === 'synced');
  assert.equal((await source(third)).restored, undefined);
  assert.deepEqual(await registry(third), before, 'the same content is the same answer');
});

test('a restart beside a legacy that has lost everything: held; a restart while it is held: the same hold', async (t) => {
  const { eureka, serve } = await scene(t);
  const first = await serve();
  await first.ready();
  assert.equal(await first.end('SIGTERM'), 0);
  eureka.registry.clear();

  const second = await serve();
  await until('the hold', async () => (await source(second)).holds.length === 1);
  const [hold] = (await source(second)).holds;
  assert.equal(hold?.instances, 10);
  assert.equal((await ids(second, 'ORDERS')).length, 5);
  await stored(second);
  await second.end('SIGKILL');

  const third = await serve();
  await third.ready();
  await until('the legacy has answered', async () => (await source(third)).restored === undefined);
  const [kept, ...others] = (await source(third)).holds;
  assert.deepEqual(others, []);
  assert.deepEqual([kept?.id, kept?.since, kept?.instances], [hold?.id, hold?.since, 10]);
  assert.equal((await ids(third, 'ORDERS')).length, 5);
  const release = await httpRequest(`${third.url}/eurek8s/holds/${hold?.id}/release`, { method: 'POST' });
  assert.equal(release.status, 200, release.body);
  assert.deepEqual(await ids(third, 'ORDERS'), []);
  await stored(third);
  await third.end('SIGKILL');

  const fourth = await serve();
  await fourth.ready();
  assert.deepEqual(await ids(fourth, 'ORDERS'), [], 'what was let through stays away');
});

test('a restart beside a legacy that has lost half: held; single cancels meanwhile go through', async (t) => {
  const { eureka, serve } = await scene(t);
  const first = await serve();
  await first.ready();
  assert.equal(await first.end('SIGTERM'), 0);
  for (let n = 0; n < 5; n++) eureka.registry.remove('PAYMENTS', `PAYMENTS-${n}`, 'expired');
  const second = await serve();
  await until('the hold', async () => (await source(second)).holds.length === 1);
  assert.equal((await ids(second, 'PAYMENTS')).length, 5);
  eureka.registry.remove('ORDERS', 'ORDERS-0');
  await until('the cancel', async () => (await ids(second, 'ORDERS')).length === 4);
});

test('a cluster that is away at the start is served from the file; what inherits from twins that are gone keeps it', async (t) => {
  const { directory, eureka, serve } = await scene(t);
  const cluster = await FakeKubernetes.start();
  t.after(() => cluster.stop());
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  for (const object of [rawIngress('reports'), rawService('reports'), rawEndpointSlice('reports-1', 'reports', 2)])
    cluster.state.put(object as Parameters<typeof cluster.state.put>[0]);
  eureka.registry.register(registration('REPORTS', 'r-1', { vipAddress: 'reports.corp.example' }));
  const clusters = [{ name: 'main', kubeconfig }];
  const first = await serve({ clusters });
  await first.ready();
  eureka.registry.remove('REPORTS', 'r-1');
  await until('the twin is gone', async () => (await ids(first, 'REPORTS')).length === 1);
  const before = await registry(first);
  assert.match(JSON.stringify(before), /"vipAddress":"reports\.corp\.example"/);
  assert.equal(await first.end('SIGTERM'), 0);
  await cluster.refuse();

  const second = await serve({ clusters });
  await second.ready();
  assert.deepEqual(await registry(second), before);
  assert.deepEqual((await source(second, 'cluster:main')).restored, true);
  await cluster.listen();
  await until('the cluster confirms', async () => (await source(second, 'cluster:main')).state === 'synced');
  assert.deepEqual(await registry(second), before, 'the same content is the same answer');
  assert.equal(await second.end('SIGTERM'), 0);

  // What was selected otherwise, and a source that is not configured any more, are nothing to be served.
  const third = await serve({ clusters: [] });
  await third.ready();
  assert.deepEqual(await ids(third, 'REPORTS'), []);
  assert.match(third.log(), /the configuration has no such source any more/);
});

test('a restart beside a cluster that has lost most of its Ingresses: held; a restart while it is held: the same hold', async (t) => {
  const { directory, file, serve } = await scene(t);
  const cluster = await FakeKubernetes.start();
  t.after(() => cluster.stop());
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  const put = (object: object): void => void cluster.state.put(object as Parameters<typeof cluster.state.put>[0]);
  const names = ['r-1', 'r-2', 'r-3', 'r-4', 'r-5'];
  for (const name of names) [rawIngress(name), rawService(name), rawEndpointSlice(`${name}-x`, name, 1)].forEach(put);
  const clusters = [{ name: 'main', kubeconfig }];
  const served = async (by: ServedProcess): Promise<number> =>
    (await Promise.all(names.map((name) => ids(by, name.toUpperCase())))).flat().length;
  const first = await serve({ clusters });
  await first.ready();
  assert.equal(await served(first), 5);
  assert.equal(await first.end('SIGTERM'), 0);
  for (const name of names.slice(1)) cluster.state.delete('Ingress', 'shop', name);

  const second = await serve({ clusters });
  await until('the hold', async () => (await source(second, 'cluster:main')).holds.length === 1);
  assert.equal(await served(second), 5);
  const [hold] = (await source(second, 'cluster:main')).holds;
  await until('the hold is in the file', async () => (await storedGuard(file, 'cluster:main')).held);
  await second.end('SIGKILL');

  const third = await serve({ clusters });
  await third.ready();
  await until('the cluster answers', async () => (await source(third, 'cluster:main')).restored === undefined);
  const [kept] = (await source(third, 'cluster:main')).holds;
  assert.deepEqual([kept?.id, kept?.since, kept?.instances], [hold?.id, hold?.since, 4]);
  assert.equal(await served(third), 5);
});

test('stopped as soon as it answers, again and again, it loses nothing of what is held', async (t) => {
  const { directory, eureka, serve } = await scene(t);
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  const names = ['r-1', 'r-2', 'r-3', 'r-4', 'r-5'];
  const fileOfObject = (name: string): string => join(manifests, `${name}.json`);
  for (const name of names) {
    const items = [rawIngress(name), rawService(name), rawEndpointSlice(`${name}-x`, name, 1)];
    writeFileSync(fileOfObject(name), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }
  const more = { manifests: [{ name: 'local', directory: manifests }] };
  const held = async (by: ServedProcess): Promise<readonly unknown[]> =>
    [await source(by), await source(by, 'manifests:local')].flatMap(({ holds }) =>
      holds.map(({ id, since, instances }) => ({ id, since, instances })),
    );
  const served = async (by: ServedProcess): Promise<number> =>
    (await Promise.all(['ORDERS', ...names].map((name) => ids(by, name.toUpperCase())))).flat().length;
  const first = await serve(more);
  await first.ready();
  await until('all are served', async () => (await served(first)) === 10);
  for (const name of names.slice(1)) rmSync(fileOfObject(name));
  eureka.registry.clear();
  await until('both are held', async () => (await held(first)).length === 2);
  const before = await held(first);
  assert.equal(await first.end('SIGTERM'), 0);

  for (let n = 0; n < 4; n++) {
    const next = await serve(more);
    await next.ready();
    assert.deepEqual(await held(next), before, 'at once');
    assert.equal(await next.end('SIGTERM'), 0);
  }
  const last = await serve(more);
  await last.ready();
  await until('both have answered', async () =>
    (await last.sources()).sources.every(({ restored }) => restored === undefined),
  );
  assert.deepEqual(await held(last), before);
  assert.equal(await served(last), 10);
});

test('a directory that bleeds slowly beside restarts is held as without them, and what had passed comes back', async (t) => {
  const { directory, file, serve } = await scene(t);
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  const names = Array.from({ length: 10 }, (_, n) => `r-${n}`);
  const fileOfObject = (name: string): string => join(manifests, `${name}.json`);
  for (const name of names) {
    const items = [rawIngress(name), rawService(name), rawEndpointSlice(`${name}-x`, name, 1)];
    writeFileSync(fileOfObject(name), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }
  // As long as any test may take: what passed comes back within the window alone.
  const more = {
    manifests: [{ name: 'local', directory: manifests }],
    guards: { grace: '1h', window: '1h' },
  };
  const served = async (by: ServedProcess): Promise<number> =>
    (await Promise.all(names.map((name) => ids(by, name.toUpperCase())))).flat().length;
  for (const end of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
    const each = await serve(more);
    await each.ready();
    const left = await served(each);
    rmSync(fileOfObject(names[10 - left] ?? ''));
    await until('it is gone', async () => (await served(each)) === left - 1);
    assert.deepEqual((await source(each, 'manifests:local')).holds, []);
    await until('it is in the file', async () => (await storedGuard(file, 'manifests:local')).passed === 11 - left);
    await each.end(end);
  }
  const last = await serve(more);
  await last.ready();
  assert.equal(await served(last), 7);
  rmSync(fileOfObject('r-3'));
  await until('the hold', async () => (await source(last, 'manifests:local')).holds.length === 1);
  await until('all are back', async () => (await served(last)) === 10);
  const [hold] = (await source(last, 'manifests:local')).holds;
  assert.match(hold?.what ?? '', /^4 of 10 published applications are gone/);
});

test('writes and commands of the first moment after a restart count, before the legacy was asked', async (t) => {
  const { eureka, serve } = await scene(t);
  const first = await serve();
  await first.ready();
  assert.equal(await first.end('SIGTERM'), 0);
  const write = async (by: ServedProcess, method: string, path: string): Promise<void> =>
    assert.equal((await httpRequest(`${by.url}${path}`, { method })).status, 200, path);
  const confirmed = (by: ServedProcess): Promise<true> =>
    until('the legacy has answered', async () => (await source(by)).restored === undefined);
  const status = async (by: ServedProcess): Promise<string> =>
    (await by.get('/eureka/apps/PAYMENTS/PAYMENTS-0', JSON_ACCEPT)).body;

  const second = await serve();
  await second.ready();
  await write(second, 'DELETE', '/eureka/apps/ORDERS/ORDERS-0');
  await write(second, 'PUT', '/eureka/apps/PAYMENTS/PAYMENTS-0/status?value=OUT_OF_SERVICE');
  const left = ['ORDERS-1', 'ORDERS-2', 'ORDERS-3', 'ORDERS-4'];
  assert.deepEqual(await ids(second, 'ORDERS'), left);
  assert.match(await status(second), /"status":"OUT_OF_SERVICE"/);
  await confirmed(second);
  assert.deepEqual(await ids(second, 'ORDERS'), left);
  assert.match(await status(second), /"status":"OUT_OF_SERVICE"/);

  eureka.registry.clear();
  await until('the hold', async () => (await source(second)).holds.length === 1);
  assert.equal(await second.end('SIGTERM'), 0);
  const third = await serve();
  await third.ready();
  const [hold] = (await source(third)).holds;
  await write(third, 'POST', `/eurek8s/holds/${hold?.id}/release`);
  assert.deepEqual(await ids(third, 'ORDERS'), []);
  await confirmed(third);
  assert.deepEqual(await ids(third, 'ORDERS'), []);
});

test('what the file holds of a cluster with another selection, or of another legacy, is not served', async (t) => {
  const { directory, serve } = await scene(t);
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  const objects = [rawIngress('reports'), rawService('reports'), rawEndpointSlice('reports-1', 'reports', 2)];
  for (const [n, object] of objects.entries()) writeFileSync(join(manifests, `${n}.yaml`), JSON.stringify(object));
  const first = await serve({ manifests: [{ name: 'local', directory: manifests }] });
  await first.ready();
  assert.equal((await ids(first, 'REPORTS')).length, 1);
  assert.equal(await first.end('SIGTERM'), 0);

  const selection = { namespaces: ['elsewhere'] };
  const second = await serve({ manifests: [{ name: 'local', directory: manifests }], selection });
  await second.ready();
  assert.deepEqual(await ids(second, 'REPORTS'), []);
  assert.match(second.log(), /the configuration of the source is another one than when it was stored/);
  assert.equal(await second.end('SIGTERM'), 0);

  const third = await serve({ legacy: { urls: ['http://127.0.0.1:9/eureka'] } });
  assert.deepEqual((await fileOf(third)).start.restored, []);
  assert.equal((await third.get('/readyz')).status, 503);
});

test('a registry of our own begins again with its instances and what operators have set', async (t) => {
  const { directory } = await scene(t);
  const file = join(directory, 'leases');
  const serve = (): Promise<ServedProcess> =>
    serveProcess(t, directory, { leases: { enabled: true }, snapshot: { file } });
  const first = await serve();
  for (const port of [8081, 8082])
    await registerInstance(`${first.url}/eureka`, { app: 'ORDERS', id: `o:${port}`, port });
  const override = await httpRequest(`${first.url}/eureka/apps/ORDERS/o:8081/status?value=OUT_OF_SERVICE`, {
    method: 'PUT',
  });
  assert.equal(override.status, 200);
  const before = await registry(first);
  await stored(first);
  await first.end('SIGKILL');

  const second = await serve();
  await second.ready();
  assert.deepEqual(await registry(second), before);
  const { state, restored, detail } = await source(second, 'leases');
  assert.deepEqual([state, restored, detail['statusOverrides']], ['synced', undefined, 1]);
  const renewal = await httpRequest(`${second.url}/eureka/apps/ORDERS/o:8081`, { method: 'PUT' });
  assert.equal(renewal.status, 200, 'no client has to register again');
});

test('what is older than snapshot.maxAge is not served: reads wait for the source', async (t) => {
  const { eureka, file, serve } = await scene(t);
  const first = await serve();
  await first.ready();
  await eureka.stop();
  assert.equal(await first.end('SIGTERM'), 0);
  await sleep(1_100);
  const second = await serve({ snapshot: { file, maxAge: '1s' } });
  const { start } = await fileOf(second);
  assert.match(start.dropped[0]?.reason ?? '', /which is longer than snapshot\.maxAge/);
  assert.equal((await second.get('/eureka/apps')).status, 503);
  // A process that knows less must not take the place of what the file knows.
  assert.equal(await second.end('SIGTERM'), 0);
  const third = await serve();
  await third.ready();
  assert.equal((await ids(third, 'ORDERS')).length, 5);
});

test('a damaged file: the start goes on without it, and says so everywhere; then it is replaced', async (t) => {
  const { file, serve } = await scene(t);
  writeFileSync(file, 'eurek8s-registry 1 5 damaged\n');
  const first = await serve();
  await first.ready();
  assert.match(first.log(), /"reason":"it does not begin as a registry file does".*the registry file is not used/);
  assert.match((await first.get('/metrics')).body, /^eurek8s_registry_file_unusable 1$/m);
  assert.equal((await first.sources()).registryFile?.start.found, 'unusable');
  const summary = await first.get('/', { 'user-agent': 'curl/8.5.0', accept: '*/*' });
  assert.match(summary.body, /not used at the start: it does not begin as a registry file does/);
  assert.equal(await first.end('SIGTERM'), 0);
  const second = await serve();
  assert.deepEqual((await fileOf(second)).start.restored, ['legacy']);
});

test('a file that cannot be written keeps nobody from serving, and is seen in log, metric, sources and check', async (t) => {
  const { directory, serve } = await scene(t);
  const file = join(directory, 'none', 'registry');
  const served = await serve({ snapshot: { file } });
  await served.ready();
  await until('the failure shows', async () => (await served.sources()).registryFile?.problem !== undefined);
  assert.equal((await served.sources()).registryFile?.problem, 'the directory does not exist');
  assert.match((await served.get('/metrics')).body, /^eurek8s_registry_file_failing 1$/m);
  assert.match(served.log(), /the registry file cannot be written: a restart would know less/);
  const check = await runCli(['check', '--leases.enabled', '--snapshot.file', file]);
  assert.match(check.out, /✗ snapshot\.file: .*cannot be written: the directory does not exist/);
  assert.equal(check.code, 1);
  mkdirSync(join(directory, 'none'));
  await until('it is written', async () => (await served.sources()).registryFile?.problem === undefined);
  assert.match(
    (await runCli(['check', '--leases.enabled', '--snapshot.file', file])).out,
    /can be written; holds legacy/,
  );
  assert.deepEqual(readdirSync(join(directory, 'none')), ['registry']);
});

test('without snapshot.file nothing is read, written or said of one', async (t) => {
  const { directory, serve } = await scene(t);
  const served = await serve({ snapshot: {} });
  await served.ready();
  assert.equal((await served.sources()).registryFile, undefined);
  assert.equal(await served.end('SIGTERM'), 0);
  assert.ok(!served.log().includes('registry file'));
  assert.deepEqual(
    readdirSync(directory).filter((name) => !name.endsWith('.yaml')),
    [],
  );
});
