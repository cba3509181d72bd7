import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RunningServer } from '../../server/ports/running-server.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import type { ShownInstance } from '../support/eureka-rest.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { text } from '../support/manifests-scene.ts';
import { serveForTest, type ServedConfig } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const CURL = { 'user-agent': 'curl/8.5.0', accept: '*/*' };
const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'inheritance.md');

/** A legacy, a directory of manifests, and replicas in front of both. */
async function scene(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'inheritance-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('BOB', 'bob-1'));
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  const file = join(directory, 'carol.yaml');
  return {
    eureka,
    directory,
    register: (
      id: string,
      given: { readonly vip?: string; readonly metadata?: object; readonly zone?: string } = {},
    ) => {
      const { vip = 'Carol.V1', metadata = {}, zone = 'dc1' } = given;
      eureka.registry.register(registration('CAROL', id, { vipAddress: vip, metadata: { zone, ...metadata } }));
    },
    cancel: (id: string) => eureka.registry.remove('CAROL', id),
    publish: (annotations: Readonly<Record<string, string>> = {}) => {
      writeFileSync(
        `${file}.new`,
        text(rawIngress('carol', { annotations }), rawService('carol'), rawEndpointSlice('carol-1', 'carol', 2)),
      );
      renameSync(`${file}.new`, join(manifests, 'carol.yaml'));
    },
    withdraw: () => rmSync(join(manifests, 'carol.yaml')),
    serve: async (flags: ServedConfig['flags'] = {}): Promise<RunningServer> => {
      const server = await serveForTest(t, {
        flags: {
          'leases.enabled': ['false'],
          'legacy.urls': [eureka.url],
          'legacy.pollInterval': ['100ms'],
          'guards.minInstances': ['1000'],
          manifests: [JSON.stringify([{ name: 'main', directory: manifests }])],
          ...flags,
        },
      });
      await until('ready', async () => (await httpRequest(`${server.url}/readyz`)).status === 200);
      return server;
    },
  };
}

async function explained({ url }: RunningServer): Promise<string> {
  return (await httpRequest(`${url}/eurek8s/explain/CAROL`, { headers: CURL })).body;
}

/** The line of explain about what is inherited, once it matches. */
async function inheritance(server: RunningServer, wanted: RegExp): Promise<string> {
  return until(`explain says ${wanted}`, async () => {
    const lines = (await explained(server)).split('\n');
    const line = lines.find((each) => /inherited/.test(each));
    if (line !== undefined && wanted.test(line)) return line;
    throw new Error(lines.join('\n'));
  });
}

/** What callers get of the entry from Kubernetes: vip, zone, metadata without the marker and the zone. */
async function entry({ url }: RunningServer): Promise<string> {
  const { body } = await httpRequest(`${url}/eureka/apps/CAROL`, { headers: { accept: 'application/json' } });
  const { application } = JSON.parse(body) as { application: { instance: readonly ShownInstance[] } };
  const made = application.instance.filter(({ instanceId }) => instanceId.startsWith('eurek8s:'));
  return made
    .map(({ vipAddress, metadata }) => {
      const others = Object.entries(metadata).filter(([key]) => key !== 'zone' && key !== 'eurek8s.io/source');
      return [vipAddress, metadata['zone'], ...others.map(([key, value]) => `${key}=${value}`)].join(' ');
    })
    .join(', ');
}

/** The line is shown to readers as it is, but for its times. */
function assertDocumented(line: string): void {
  const shown = line.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-03-01T10:05:00.000Z');
  const lines = readFileSync(DOCUMENT, 'utf8').split('\n');
  assert.ok(lines.includes(shown), `not in docs/inheritance.md: ${shown}`);
}

test('what callers get on every replica while instances come, disagree, leave and return', async (t) => {
  const { register, cancel, publish, serve } = await scene(t);
  const replicas = [await serve(), await serve()];
  const all = async (explains: RegExp, entries: string): Promise<void> => {
    for (const replica of replicas) {
      assertDocumented(await inheritance(replica, explains));
      assert.equal(await entry(replica), entries);
    }
  };
  publish();
  await all(/^nothing is inherited/, 'carol defaultZone');

  register('i-1', { metadata: { team: 'red', rack: '1' } });
  await all(/from 1 registered instance:/, 'Carol.V1 dc1 team=red rack=1');
  register('i-2', { vip: 'carol-canary', metadata: { team: 'red', rack: '2' } });
  register('i-3', { metadata: { team: 'red', rack: '3' } });
  await all(/from 3 registered instances: .*rack$/, 'Carol.V1 dc1 team=red');
  cancel('i-1');
  cancel('i-2');
  await all(/from 1 registered instance: .*rack$/, 'Carol.V1 dc1 team=red');

  const share = async (line: RegExp): Promise<void> => {
    for (const replica of replicas)
      await until(`explain says ${line}`, async () => line.test(await explained(replica)));
  };
  const three = (): void => ['1', '2', '3'].forEach((n) => register(`i-${n}`, { metadata: { team: 'red', rack: n } }));
  three();
  publish({ 'eurek8s.io/traffic': '25%' });
  await share(/asked 25%, achieved 25% by 1 entry beside 3 registered instances/);
  for (const id of ['i-1', 'i-2', 'i-3']) cancel(id);
  await all(/gone since/, 'Carol.V1 dc1 team=red');
  await share(/asked 25%, achieved 100% by 1 entry beside 0 registered instances/);
  three();
  await all(/from 3 registered instances: .*rack$/, 'Carol.V1 dc1 team=red');
  await share(/asked 25%, achieved 25% by 1 entry beside 3 registered instances/);
});

test('what is kept outlives a restart long after, the Ingress that goes and returns, and the merge of neither', async (t) => {
  const { directory, register, cancel, publish, withdraw, serve } = await scene(t);
  // Whatever is served of the file is out of date at the next start.
  const kept = { 'snapshot.file': [join(directory, 'registry')], 'snapshot.maxAge': ['1s'] };
  register('i-1', { metadata: { team: 'red' } });
  publish();
  let server = await serve(kept);
  await inheritance(server, /from 1 registered instance/);
  cancel('i-1');
  const gone = await inheritance(server, /gone since/);
  const restart = async (): Promise<void> => {
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    server = await serve(kept);
  };
  await restart();
  assert.equal(await inheritance(server, /gone since/), gone, 'since the same time');
  assert.equal(await entry(server), 'Carol.V1 dc1 team=red');

  withdraw();
  await until('the entry is gone', async () => (await explained(server)).includes('served: nothing'));
  assert.equal(await inheritance(server, /gone since/), gone, 'it is still told');
  await restart();
  publish();
  await until('the entry is back', async () => (await entry(server).catch(() => '')) === 'Carol.V1 dc1 team=red');
  assert.equal(await inheritance(server, /gone since/), gone);
});

test('a replica that never saw an instance says so, and annotations make all replicas agree', async (t) => {
  const { register, cancel, publish, serve } = await scene(t);
  register('i-1');
  publish();
  const early = await serve();
  await inheritance(early, /from 1 registered instance/);
  cancel('i-1');
  await inheritance(early, /gone since/);
  const late = await serve();
  assertDocumented(await inheritance(late, /^nothing is inherited/));
  assert.deepEqual([await entry(early), await entry(late)], ['Carol.V1 dc1', 'carol defaultZone']);
  publish({ 'eurek8s.io/vip': 'Carol.V1', 'eurek8s.io/secure-vip': 'Carol.V1', 'eurek8s.io/zone': 'dc1' });
  for (const replica of [early, late])
    await until('both serve the same', async () => (await entry(replica)) === 'Carol.V1 dc1');
});
