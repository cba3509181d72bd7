import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '../support/churn.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { text } from '../support/manifests-scene.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const SEED = Number(process.env['EUREK8S_SEED'] ?? Date.now() % 2 ** 31);
const ROUNDS = Number(process.env['EUREK8S_ROUNDS'] ?? 6);
const STEPS_PER_ROUND = 60;

/**
 * Writes of all kinds, by clients, at the legacy and pushed by it, to few ids in changing case and with addresses in and out
 * of reach; restarts with and without the file, and with other networks. All the time somebody reads every list.
 */
test('no order of writes, polls and restarts brings an overlay address into a list', async (t) => {
  t.diagnostic(`EUREK8S_SEED=${SEED}`);
  const random = seededRandom(SEED);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const directory = mkdtempSync(join(tmpdir(), 'overlay-lists-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  writeFileSync(
    join(manifests, 'carol.yaml'),
    text(
      rawIngress('carol', { annotations: { 'eurek8s.io/traffic': '50%', 'eurek8s.io/copies': 'true' } }),
      rawService('carol'),
      rawEndpointSlice('carol-1', 'carol', 2),
    ),
  );
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('BOB', 'bob-1'));

  const json = { accept: 'application/json', 'content-type': 'application/json' };
  const instance = (id: string) => {
    const address = pick(['10.42.0.7', '::ffff:10.42.0.8', 'fd12::1', '10.99.0.7', '172.16.0.9']);
    const where = pick([{ ipAddr: address }, { hostName: address }, { ipAddr: address, hostName: address }]);
    const status = pick(['UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE']);
    return registration('CAROL', id, {
      ipAddr: '172.16.0.1',
      ...where,
      status,
      vipAddress: pick(['carol', 'Carol.V2']),
    });
  };
  const step = async (url: string): Promise<void> => {
    const [app, id] = [pick(['CAROL', 'carol', 'Carol']), pick(['a', 'A', 'b', 'c'])];
    const one = `${url}/eureka/apps/${app}/${id}`;
    const dirty = `lastDirtyTimestamp=${pick([Date.now() - 60_000, Date.now(), Date.now() + 60_000])}`;
    const body = JSON.stringify({ instance: { ...instance(id), lastDirtyTimestamp: String(Date.now()) } });
    const push = {
      appName: 'CAROL',
      id,
      action: 'Register',
      lastDirtyTimestamp: Date.now(),
      instanceInfo: instance(id),
    };
    await pick([
      () => httpRequest(`${url}/eureka/apps/${app}`, { method: 'POST', headers: json, body }),
      () => httpRequest(`${url}/eureka/apps/${app}`, { method: 'POST', headers: json, body }),
      () => httpRequest(`${one}?${dirty}`, { method: 'PUT' }),
      () => httpRequest(one, { method: 'PUT' }),
      () => httpRequest(one, { method: 'DELETE' }),
      () => httpRequest(`${one}/status?value=${pick(['UP', 'OUT_OF_SERVICE', 'DOWN'])}`, { method: 'PUT' }),
      () => httpRequest(`${one}/status?value=UP`, { method: 'DELETE' }),
      () => httpRequest(`${one}/metadata?zone=${pick(['z1', 'z2'])}`, { method: 'PUT' }),
      async () => eureka.registry.register(instance(id)),
      async () => eureka.registry.remove('CAROL', id),
      () =>
        httpRequest(`${url}/peer/eureka/peerreplication/batch`, {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ replicationList: [push] }),
        }),
    ])();
  };

  const lists = ['apps', 'apps/delta', 'apps/CAROL', 'apps/carol', 'vips/carol', 'svips/carol', 'vips/Carol.V2'];
  let reads = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const isWide = random() < 0.5;
    const hidden = isWide ? ['10.42.', 'fd12:', '10.99.', ':a2a:'] : ['10.42.', 'fd12:', ':a2a:'];
    const server = await serveForTest(t, {
      flags: {
        'leases.enabled': ['false'],
        'legacy.urls': [eureka.url],
        'legacy.pollInterval': ['100ms'],
        'legacy.peerFeed': ['true'],
        'guards.maxRemoval': ['100%'],
        'overlay.cidrs': ['10.42.0.0/16', 'fd00::/8', ...(isWide ? ['10.99.0.0/16'] : [])],
        'overlay.action': [pick(['absorb', 'absorb', 'hide'])],
        manifests: [JSON.stringify([{ name: 'main', directory: manifests }])],
        ...(random() < 0.7 ? { 'snapshot.file': [join(directory, 'registry')] } : {}),
      },
    });
    let isOver = false;
    const watch = async (): Promise<void> => {
      while (!isOver) {
        const path = pick(lists);
        const accept = pick(['application/json', 'application/xml']);
        const { status, body } = await httpRequest(`${server.url}/eureka/${path}`, { headers: { accept } });
        if (status === 200) reads++;
        for (const address of hidden) assert.ok(!body.includes(address), `${path} has ${address}: ${body}`);
      }
    };
    const watching = watch();
    await until('ready', async () => (await httpRequest(`${server.url}/readyz`)).status === 200);
    for (let n = 0; n < STEPS_PER_ROUND; n++) await step(server.url);
    isOver = true;
    await watching;
    for (const path of lists) {
      const { body } = await httpRequest(`${server.url}/eureka/${path}`, { headers: json });
      for (const address of hidden) assert.ok(!body.includes(address), `${path} has ${address}: ${body}`);
    }
    await server.stop();
  }
  t.diagnostic(`${ROUNDS} runs of the server, ${ROUNDS * STEPS_PER_ROUND} writes, ${reads} lists`);
  assert.ok(reads > 0);
});
