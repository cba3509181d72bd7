import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Explanation } from '../../shared/api/explain.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import {
  cancelInstance,
  heartbeatInstance,
  overrideStatus,
  readRegistry,
  registerInstance,
  type ShownInstance,
} from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { text } from '../support/manifests-scene.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

/** A server with CAROL in a directory of manifests, and three registered instances. */
async function begin(t: TestContext, annotations: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'copies-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const write = (changed: Readonly<Record<string, string>>): void => {
    const file = join(directory, 'carol.yaml');
    const ingress = rawIngress('carol', { annotations: changed });
    writeFileSync(`${file}.new`, text(ingress, rawService('carol'), rawEndpointSlice('carol-1', 'carol', 2)));
    renameSync(`${file}.new`, file);
  };
  write(annotations);
  const { url } = await serveForTest(t, { flags: { manifests: [JSON.stringify([{ name: 'local', directory }])] } });
  await until('the registry', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  const eureka = `${url}/eureka`;
  for (const id of ['c-1', 'c-2', 'c-3']) await registerInstance(eureka, { app: 'CAROL', id, port: 8080, zone: 'dc1' });
  const shown = async (): Promise<readonly ShownInstance[]> => (await readRegistry(eureka)).get('CAROL') ?? [];
  const explain = async (): Promise<Explanation> =>
    JSON.parse((await httpRequest(`${url}/eurek8s/explain/CAROL`)).body) as Explanation;
  return { url, eureka, write, shown, explain };
}

/** Original → how often it is listed with this status. */
function listings(entries: readonly ShownInstance[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { instanceId, status } of entries) {
    const original = /^eurek8s:copy_of:CAROL:(.*):\d+$/.exec(instanceId)?.[1] ?? instanceId;
    counts[`${original} ${status}`] = (counts[`${original} ${status}`] ?? 0) + 1;
  }
  return counts;
}

const ENTRY = 'eurek8s:local:shop:carol:carol.k8s.example.com:0 UP';
const ONE_PERCENT = { 'eurek8s.io/traffic': '1%', 'eurek8s.io/copies': 'true' };

test('copies change with their original in the very next answer', async (t) => {
  const { url, eureka, shown } = await begin(t, ONE_PERCENT);
  assert.deepEqual(listings(await shown()), { 'c-1 UP': 33, 'c-2 UP': 33, 'c-3 UP': 33, [ENTRY]: 1 });
  const metrics = (await httpRequest(`${url}/metrics`)).body;
  assert.match(metrics, /^eurek8s_registry_instances\{status="UP"\} 4$/m, 'no instance came');
  assert.match(metrics, /^eurek8s_registry_copies\{status="UP"\} 96$/m);
  await overrideStatus(eureka, 'CAROL', 'c-3', 'OUT_OF_SERVICE');
  const without = await shown();
  const { 'c-3 OUT_OF_SERVICE': down, ...others } = listings(without);
  assert.equal(down, 1, 'the original alone');
  assert.deepEqual(Object.keys(others).toSorted(), ['c-1 UP', 'c-2 UP', ENTRY]);
  assert.equal(others['c-1 UP'], others['c-2 UP']);
  await cancelInstance(eureka, 'CAROL', 'c-2');
  assert.ok(!(await shown()).some(({ instanceId }) => instanceId.includes('c-2')));
});

test('a copy has no lease: heartbeats and registrations of its id are answered, and change nothing', async (t) => {
  const { eureka, shown } = await begin(t, ONE_PERCENT);
  const before = await shown();
  const id = before.find(({ instanceId }) => instanceId.includes('copy_of'))?.instanceId ?? '';
  assert.equal(await heartbeatInstance(eureka, 'CAROL', id), 200);
  assert.equal((await httpRequest(`${eureka}/apps/CAROL/${id}`, { method: 'DELETE' })).status, 200);
  const single = await httpRequest(`${eureka}/apps/CAROL/${id}`, { headers: { accept: 'application/json' } });
  assert.equal(single.status, 200, 'it is found by its id');
  assert.deepEqual(await shown(), before);
});

test('an annotation that cannot be read refuses the Ingress, and says what is allowed', async (t) => {
  const { write, explain, shown } = await begin(t, ONE_PERCENT);
  write({ ...ONE_PERCENT, 'eurek8s.io/copies': 'yes' });
  const refused = await until('it is refused', async () =>
    (await explain()).refused.find(({ code }) => code === 'bad-annotation'),
  );
  assert.match(refused.reason, /eurek8s\.io\/copies is "yes": allowed is "true" or "false"/);
  assert.equal((await shown()).length, 3, 'no entry and no copies');
});
