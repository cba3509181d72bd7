import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';

/** Statuses by application, as clients read them. */
async function served(by: ServedProcess): Promise<string> {
  const { body } = await by.get('/eureka/apps', { accept: 'application/json' });
  const { applications } = JSON.parse(body) as {
    applications: { application: readonly { name: string; instance: readonly { status: string }[] }[] };
  };
  return applications.application
    .flatMap(({ name, instance }) => instance.map(({ status }) => `${name} ${status}`))
    .toSorted()
    .join();
}

async function clusterDetail(by: ServedProcess): Promise<unknown> {
  const { sources } = await by.sources();
  return sources.find(({ id }) => id === 'cluster:main')?.detail['withdrawn'];
}

test('a cluster with a maxAge whose API server goes: withdrawn with its reason, a restart too, and back with it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'max-age-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('BOB', 'b-1'));
  const cluster = await FakeKubernetes.start();
  t.after(() => cluster.stop());
  for (const object of [rawIngress('reports'), rawService('reports'), rawEndpointSlice('reports-1', 'reports', 2)])
    cluster.state.put(object as Parameters<typeof cluster.state.put>[0]);
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  const config = {
    legacy: { urls: [eureka.url] },
    clusters: [{ name: 'main', kubeconfig, maxAge: '1s' }],
    snapshot: { file: join(directory, 'registry') },
  };
  const first = await serveProcess(t, directory, config);
  await first.ready();
  assert.equal(await served(first), 'BOB UP,REPORTS UP');

  await cluster.refuse();
  await until('the withdrawal', async () => (await served(first)) === 'BOB UP');
  assert.match(String(await clusterDetail(first)), /out of reach for longer than its maxAge of 1s/);
  const { body } = await first.get('/eurek8s/refusals', { accept: 'application/json' });
  assert.match(body, /"main\/shop\/reports"[^}]*"out-of-reach"/);
  assert.equal(await first.end('SIGTERM'), 0);

  const patient = { ...config, clusters: [{ name: 'main', kubeconfig, maxAge: '1h' }] };
  const second = await serveProcess(t, directory, patient);
  await second.ready();
  assert.equal(await served(second), 'BOB UP,REPORTS UP', 'a longer limit brings it back without the API server');
  assert.equal(await second.end('SIGTERM'), 0);

  const third = await serveProcess(t, directory, config);
  await third.ready();
  assert.equal(await served(third), 'BOB UP', 'a restart does not bring it back');
  assert.match((await third.get('/', { accept: 'text/plain' })).body, /withdrawn: .* longer than its maxAge of 1s/);
  await cluster.listen();
  await until('the return', async () => (await served(third)) === 'BOB UP,REPORTS UP');
  assert.equal(await clusterDetail(third), undefined);
});
