import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangesReport } from '../../shared/api/changes.ts';
import { readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest, type HttpAnswer } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';

const REPLICATION = { 'x-netflix-discovery-replication': 'true' };
const DIRTY = 1_750_000_000_000;

const renew = (url: string, dirty: number, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> =>
  httpRequest(`${url}/eureka/apps/ORDERS/orders-1?status=UP&lastDirtyTimestamp=${dirty}`, {
    method: 'PUT',
    headers: { ...REPLICATION, ...headers },
  });

const send = async (url: string, body: string): Promise<HttpAnswer> =>
  httpRequest(`${url}/eureka/peerreplication/batch/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  });

test('a conflict is the one answer to a write that has an instance, in the format asked for', async (t) => {
  const { url } = await serveForTest(t);
  await registerInstance(`${url}/eureka`, { app: 'orders', id: 'orders-1', port: 8080, lastDirtyTimestamp: DIRTY });
  const json = await renew(url, DIRTY - 1, { accept: 'application/json' });
  assert.equal(json.status, 409);
  assert.equal(json.headers['content-type'], 'application/json');
  assert.equal((JSON.parse(json.body) as { instance: { instanceId: string } }).instance.instanceId, 'orders-1');
  const xml = await renew(url, DIRTY - 1);
  assert.deepEqual([xml.status, xml.headers['content-type']], [409, 'application/xml']);
  assert.match(xml.body, /^<instance>\n {2}<instanceId>orders-1</);
  for (const [dirty, status] of [
    [DIRTY, 200],
    [DIRTY + 1, 404],
  ] as const) {
    const answer = await renew(url, dirty, { accept: 'application/json' });
    assert.deepEqual([answer.status, answer.body], [status, '']);
  }
});

test('what a batch does is told as the writes in it, and not as what the registry did by itself', async (t) => {
  const { url } = await serveForTest(t);
  await registerInstance(`${url}/eureka`, { app: 'orders', id: 'orders-1', port: 8080, lastDirtyTimestamp: DIRTY });
  const shown = (await readRegistry(`${url}/eureka`)).get('ORDERS')?.[0];
  for (const each of [
    { id: 'orders-2', action: 'Register', instanceInfo: { ...shown, instanceId: 'orders-2' } },
    { id: 'orders-1', action: 'Cancel' },
  ])
    await send(url, JSON.stringify({ replicationList: [{ appName: 'ORDERS', ...each }] }));
  const { body } = await httpRequest(`${url}/eurek8s/changes?app=orders`);
  const { changes } = JSON.parse(body) as ChangesReport;
  assert.deepEqual(
    changes.map(({ id, kind, cause }) => [id, kind, cause.write]),
    [
      ['orders-1', 'added', 'register'],
      ['orders-2', 'added', 'register'],
      ['orders-1', 'deleted', 'cancel'],
    ],
  );
});

test('a batch is applied in its order, and seen by readers as one change', async (t) => {
  const { url } = await serveForTest(t);
  await registerInstance(`${url}/eureka`, { app: 'orders', id: 'orders-1', port: 8080, lastDirtyTimestamp: DIRTY });
  const shown = (await readRegistry(`${url}/eureka`)).get('ORDERS')?.[0];
  const version = async (): Promise<number> => {
    const { body } = await httpRequest(`${url}/eureka/apps/delta`, { headers: { accept: 'application/json' } });
    return Number((JSON.parse(body) as { applications: { versions__delta: string } }).applications.versions__delta);
  };
  const before = await version();
  const item = (id: string, action: string, more: object = {}): object => ({ appName: 'ORDERS', id, action, ...more });
  const answer = await send(
    url,
    JSON.stringify({
      replicationList: [
        item('orders-2', 'Heartbeat', { lastDirtyTimestamp: DIRTY }),
        item('orders-2', 'Register', { instanceInfo: { ...shown, instanceId: 'orders-2' } }),
        item('orders-2', 'StatusUpdate', { status: 'OUT_OF_SERVICE', lastDirtyTimestamp: DIRTY }),
        item('orders-1', 'Heartbeat', { lastDirtyTimestamp: DIRTY - 1 }),
        item('orders-1', 'StatusUpdate', { status: 'sideways', lastDirtyTimestamp: DIRTY }),
        item('orders-1', 'Cancel'),
      ],
    }),
  );
  assert.equal(answer.status, 200);
  const { responseList } = JSON.parse(answer.body) as {
    readonly responseList: readonly { readonly statusCode: number; readonly responseEntity?: unknown }[];
  };
  assert.deepEqual(
    responseList.map(({ statusCode }) => statusCode),
    [404, 200, 200, 409, 500, 200],
  );
  assert.ok(responseList[3]?.responseEntity !== undefined);
  assert.equal(await version(), before + 1);
  const { body: metrics } = await httpRequest(`${url}/metrics`);
  assert.match(metrics, /^eurek8s_peer_items_total\{kind="heartbeat",status="409"\} 1$/m);
  const [left, ...others] = (await readRegistry(`${url}/eureka`)).get('ORDERS') ?? [];
  assert.deepEqual([left?.instanceId, left?.status, others], ['orders-2', 'OUT_OF_SERVICE', []]);
});

test('what a peer has read here and takes for registrations of its own does not come back as such', async (t) => {
  const { url } = await serveForTest(t);
  const fields = { hostName: 'h', app: 'CAROL', ipAddr: '10.0.0.1', dataCenterInfo: { name: 'MyOwn' } };
  const marked = { ...fields, instanceId: 'carol-1', metadata: { 'eurek8s.io/source': 'main/shop/carol' } };
  const derived = 'eurek8s:main:shop:carol:carol.example.com:0';
  const answer = await send(
    url,
    JSON.stringify({
      replicationList: [
        { appName: 'CAROL', id: 'carol-1', action: 'Register', instanceInfo: marked },
        { appName: 'CAROL', id: 'carol-1', action: 'Heartbeat', lastDirtyTimestamp: DIRTY },
        { appName: 'CAROL', id: derived, action: 'Register', instanceInfo: { ...fields, instanceId: derived } },
        { appName: 'CAROL', id: derived, action: 'Heartbeat', lastDirtyTimestamp: DIRTY },
        { appName: 'CAROL', id: derived, action: 'Cancel' },
        { appName: 'CAROL', id: derived, action: 'Cancel' },
      ],
    }),
  );
  assert.equal(answer.status, 200);
  const { responseList } = JSON.parse(answer.body) as { readonly responseList: readonly { statusCode: number }[] };
  // A lease would be unknown to the heartbeat of another id, and gone at the second cancel.
  assert.deepEqual(
    responseList.map(({ statusCode }) => statusCode),
    [200, 404, 200, 200, 200, 200],
  );
  assert.equal((await readRegistry(`${url}/eureka`)).size, 0);
  // Not even as a lease that is refused when it is merged.
  assert.equal((await httpRequest(`${url}/eurek8s/explain/carol`)).status, 404);
});

test('a body that is not a batch is refused without a body', async (t) => {
  const { url } = await serveForTest(t);
  for (const body of ['', '{', '{}', '{"replicationList":[{"action":"Nope"}]}']) {
    const answer = await send(url, body);
    assert.deepEqual([answer.status, answer.body], [400, ''], body);
  }
});

test('a server that is read-only takes nothing of peers either, in a batch or one by one', async (t) => {
  const { url } = await serveForTest(t, { flags: { readOnly: ['true'] } });
  const record = { hostName: 'h', app: 'ORDERS', ipAddr: '10.0.0.1', dataCenterInfo: { name: 'MyOwn' } };
  const instance = { ...record, instanceId: 'orders-1' };
  const item = { appName: 'ORDERS', id: 'orders-1', action: 'Register', instanceInfo: instance };
  const batch = await send(url, JSON.stringify({ replicationList: [item] }));
  assert.deepEqual([batch.status, batch.body], [404, '']);
  const single = await httpRequest(`${url}/eureka/apps/ORDERS`, {
    method: 'POST',
    headers: { ...REPLICATION, 'content-type': 'application/json' },
    body: JSON.stringify({ instance }),
  });
  assert.deepEqual([single.status, single.body], [403, '']);
  assert.equal((await readRegistry(`${url}/eureka`)).size, 0);
});

test('only the exact word makes a replicated write, as on stock', async (t) => {
  const { url } = await serveForTest(t);
  await registerInstance(`${url}/eureka`, { app: 'orders', id: 'orders-1', port: 8080, lastDirtyTimestamp: DIRTY });
  for (const word of ['TRUE', 'True', '1', ''])
    assert.equal((await renew(url, DIRTY - 1, { 'x-netflix-discovery-replication': word })).status, 200, word);
});

test('behind a legacy all of it is refused, because it would circulate', async (t) => {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  const { url } = await serveForTest(t, { flags: { 'leases.enabled': ['false'], 'legacy.urls': [legacy.url] } });
  const refused = async (status: number, method: string, path: string, body = ''): Promise<void> => {
    const headers = { ...REPLICATION, 'content-type': 'application/json' };
    const answer = await httpRequest(`${url}/eureka/${path}`, { method, headers, ...(body !== '' && { body }) });
    assert.deepEqual([answer.status, answer.body], [status, ''], `${method} ${path}`);
    assert.notEqual(answer.headers['x-eurek8s-reason'], undefined);
  };
  await refused(403, 'POST', 'apps/ORDERS', JSON.stringify({ instance: registration('ORDERS', 'orders-1') }));
  for (const rest of ['', '/status?value=UP', '/metadata?a=b'])
    await refused(403, 'PUT', `apps/ORDERS/orders-1${rest}`);
  for (const rest of ['', '/status']) await refused(403, 'DELETE', `apps/ORDERS/orders-1${rest}`);
  for (const path of ['peerreplication/batch/', 'peerreplication/batch', 'v2/peerreplication/batch/'])
    await refused(404, 'POST', path, '{"replicationList":[]}');
  assert.deepEqual(
    legacy.requests.filter(({ method }) => method !== 'GET'),
    [],
  );
});
