import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { registrationBody } from '../support/eureka-rest.ts';
import { publishedManifests } from '../faults/manifests.ts';
import { temporaryDirectory } from '../support/credentials.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

// What a batch of a peer may not do to a registry of our own.

const REPLICATION = { 'x-netflix-discovery-replication': 'true' };
const DERIVED = 'eurek8s:local:shop:carol:carol.k8s.example.com:0';

async function served(t: TestContext, flags: Readonly<Record<string, readonly string[]>> = {}) {
  const { manifests } = publishedManifests(temporaryDirectory(t), ['carol']);
  const { url } = await serveForTest(t, {
    flags: { manifests: manifests.map((each) => JSON.stringify(each)), ...flags },
  });
  await until('reads are answered', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const listed = async (): Promise<readonly string[]> => {
    const { body } = await httpRequest(`${url}/eureka/apps`, { headers: json });
    return [...body.matchAll(/"instanceId":"([^"]+)".*?"status":"([^"]+)"/g)].map(
      ([, id, status]) => `${id} ${status}`,
    );
  };
  const batch = async (...items: readonly object[]) => {
    const body = JSON.stringify({ replicationList: items });
    const answer = await httpRequest(`${url}/eureka/peerreplication/batch/`, { method: 'POST', headers: json, body });
    const { responseList } =
      answer.body === ''
        ? { responseList: [] }
        : (JSON.parse(answer.body) as { responseList: { statusCode: number }[] });
    return { status: answer.status, items: responseList.map(({ statusCode }) => statusCode) };
  };
  const single = async (method: string, path: string, body?: object): Promise<number> =>
    (
      await httpRequest(`${url}/eureka/apps/${path}`, {
        method,
        headers: { ...json, ...REPLICATION },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    ).status;
  return { url, listed, batch, single };
}

test('an entry derived from Kubernetes is not registered, changed or cancelled by a peer that has read it here', async (t) => {
  const { listed, batch, single } = await served(t);
  const before = await listed();
  assert.deepEqual(before, [`${DERIVED} UP`]);
  const instanceInfo = registrationBody({ app: 'CAROL', id: DERIVED, port: 1, status: 'DOWN' });
  const marked = registrationBody({
    app: 'DAVE',
    id: 'dave-1',
    port: 1,
    metadata: { 'eurek8s.io/source': 'local/shop/dave' },
  });
  const item = (action: string, more: object = {}): object => ({ appName: 'CAROL', id: DERIVED, action, ...more });
  const items = [
    item('Register', { instanceInfo }),
    item('Heartbeat', { lastDirtyTimestamp: 1 }),
    item('StatusUpdate', { status: 'DOWN', lastDirtyTimestamp: 1 }),
    item('DeleteStatusOverride', { lastDirtyTimestamp: 1 }),
    item('Cancel'),
    { appName: 'DAVE', id: 'dave-1', action: 'Register', instanceInfo: marked },
  ];
  // Another one that never was: nothing of it may become a registration.
  const other = items.map((each) => JSON.parse(JSON.stringify(each).replaceAll(':carol:', ':erin:')) as object);
  for (const all of [items, other])
    assert.deepEqual(await batch(...all), { status: 200, items: [200, 200, 200, 200, 200, 200] });
  assert.equal(await single('POST', 'CAROL', { instance: instanceInfo }), 204);
  assert.deepEqual(await listed(), before);
});

test('with readOnly a peer writes no more than anybody else', async (t) => {
  const { listed, batch, single } = await served(t, { readOnly: ['true'] });
  const instanceInfo = registrationBody({ app: 'ORDERS', id: 'o-1', port: 1 });
  const { status, items } = await batch({ appName: 'ORDERS', id: 'o-1', action: 'Register', instanceInfo });
  assert.deepEqual([status, items], [404, []]);
  assert.equal(await single('POST', 'ORDERS', { instance: instanceInfo }), 403);
  assert.deepEqual(await listed(), [`${DERIVED} UP`]);
});
