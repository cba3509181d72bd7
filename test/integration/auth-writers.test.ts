import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { basic, temporaryFile } from '../support/credentials.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest, type HttpAnswer, type HttpQuestion } from '../support/http-request.ts';
import { serveForTest, type Ending } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const FILE = `
- { name: fleet, password: f, rights: [read, register] }
- { name: payments, password: p, rights: [read, register], applications: [payments, Ledger], vips: [Pay.Example.com] }
- { name: any-vip, password: a, rights: [register], applications: [ODD], vips: ['*'] }
`;
const FLEET = { authorization: basic('fleet', 'f') };
const PAYMENTS = { authorization: basic('payments', 'p') };

const ANY_VIP = { authorization: basic('any-vip', 'a') };

const body = (app: string, id = 'i-1'): string => JSON.stringify({ instance: registration(app, id) });
const JSON_BODY = { 'content-type': 'application/json', accept: 'application/json' };

async function serve(t: Ending, flags: Readonly<Record<string, readonly string[]>> = {}) {
  const { url } = await serveForTest(t, { flags: { 'auth.file': [temporaryFile(t, 'auth.yaml', FILE)], ...flags } });
  const ask = (path: string, headers: Readonly<Record<string, string>>, question: HttpQuestion = {}) =>
    httpRequest(url + path, { ...question, headers: { ...JSON_BODY, ...headers } });
  const ids = async (): Promise<readonly string[]> => {
    const { body: text } = await ask('/eureka/apps', FLEET);
    return [...text.matchAll(/"instanceId":"([^"]+)"/g)].map(([, id = '']) => id).toSorted();
  };
  return { ask, ids };
}

const refused = ({ status, body: text, headers }: HttpAnswer): void => {
  assert.deepEqual([status, text], [403, '']);
  assert.match(String(headers['x-eurek8s-reason']), /^these credentials may not write \S+$/);
};

describe('credentials for some applications', () => {
  test('write these, in any case, and no other, by any verb and on the fast path', async (t) => {
    const { ask, ids } = await serve(t);
    const register = (app: string, headers: Readonly<Record<string, string>>, text = body(app)): Promise<HttpAnswer> =>
      ask(`/eureka/apps/${app}`, headers, { method: 'POST', body: text });
    assert.equal((await register('ORDERS', FLEET)).status, 204);
    for (const app of ['PAYMENTS', 'payments', 'LEDGER'])
      assert.equal((await register(app, PAYMENTS)).status, 204, app);
    refused(await register('ORDERS', PAYMENTS));
    refused(await register('orders', PAYMENTS));
    refused(await register('%4fRDERS', PAYMENTS, body('ORDERS')));
    // Neither does a body slip in under another path.
    assert.equal((await register('PAYMENTS', PAYMENTS, body('ORDERS'))).status, 400);
    assert.equal((await register('ORDERS', PAYMENTS, body('PAYMENTS'))).status, 400);
    for (const [method, rest] of [
      ['PUT', ''],
      ['PUT', '?status=UP&lastDirtyTimestamp=1'],
      ['PUT', '/'],
      ['PUT', '/status?value=OUT_OF_SERVICE'],
      ['DELETE', '/status?value=UP'],
      ['PUT', '/metadata?a=b'],
      ['DELETE', ''],
    ] as const)
      for (const [headers, app] of [
        [PAYMENTS, 'ORDERS'],
        [PAYMENTS, 'orders'],
        [{ ...PAYMENTS, 'x-netflix-discovery-replication': 'true' }, 'ORDERS'],
      ] as const)
        refused(await ask(`/eureka/apps/${app}/i-1${rest}`, headers, { method }));
    assert.deepEqual(await ids(), ['i-1', 'i-1', 'i-1']);
    for (const [method, rest] of [
      ['PUT', '?status=UP'],
      ['PUT', '/status?value=OUT_OF_SERVICE'],
      ['PUT', '/metadata?a=b'],
      ['DELETE', ''],
    ] as const)
      assert.equal((await ask(`/eureka/apps/payments/i-1${rest}`, PAYMENTS, { method })).status, 200, method + rest);
    assert.deepEqual(await ids(), ['i-1', 'i-1']);
    const { body: metrics } = await ask('/metrics', FLEET);
    assert.match(metrics, /eurek8s_refused_requests_total\{reason="other-application"\} 2[0-9]\b/);
    assert.match(metrics, /eurek8s_callers_total\{credential="payments",shown="known"\} \d+/);
  });

  test('claim no vip of another application, in a registration or a batch, plain or secure', async (t) => {
    const { ask, ids } = await serve(t);
    const claim = async (app: string, headers: Readonly<Record<string, string>>, vips: object) => {
      const instance = { ...registration(app, 'i-1'), ...vips };
      const single = await ask(`/eureka/apps/${app}`, headers, { method: 'POST', body: JSON.stringify({ instance }) });
      const item = { appName: app, id: 'i-1', action: 'Register', instanceInfo: instance };
      const batch = JSON.stringify({ replicationList: [item] });
      const answer = await ask('/eureka/peerreplication/batch/', headers, { method: 'POST', body: batch });
      const [, status] = /"statusCode":(\d+)/.exec(answer.body) ?? [];
      return { status: single.status, inBatch: Number(status), reason: single.headers['x-eurek8s-reason'] };
    };
    for (const vips of [
      { vipAddress: 'orders' },
      { vipAddress: 'payments,ORDERS' },
      { vipAddress: ' orders' },
      { vipAddress: 'payments', secureVipAddress: 'orders' },
      { vipAddress: 'new.example.com' },
    ]) {
      const { status, inBatch, reason } = await claim('PAYMENTS', PAYMENTS, vips);
      assert.deepEqual([status, inBatch], [403, 403], JSON.stringify(vips));
      assert.match(String(reason), /^these credentials may not claim the vip /);
    }
    assert.deepEqual(await ids(), []);
    for (const [app, headers, vips] of [
      ['PAYMENTS', PAYMENTS, { vipAddress: 'Payments', secureVipAddress: 'payments' }],
      ['PAYMENTS', PAYMENTS, { vipAddress: 'ledger,pay.example.com' }],
      ['PAYMENTS', PAYMENTS, { vipAddress: '', secureVipAddress: '' }],
      ['ODD', ANY_VIP, { vipAddress: 'orders' }],
      ['ORDERS', FLEET, { vipAddress: 'whatever' }],
    ] as const) {
      const { status, inBatch } = await claim(app, headers, vips);
      assert.deepEqual([status, inBatch], [204, 200], JSON.stringify(vips));
    }
    const { body: metrics } = await ask('/metrics', FLEET);
    assert.match(metrics, /eurek8s_refused_requests_total\{reason="other-vip"\} 10\b/);
  });

  test('of a batch have what is theirs done, and each item of others refused', async (t) => {
    const { ask, ids } = await serve(t);
    const item = (appName: string, id: string, action: string): object => ({
      appName,
      id,
      action,
      ...(action === 'Register' && { instanceInfo: registration(appName, id) }),
    });
    const send = async (headers: Readonly<Record<string, string>>, ...items: object[]) => {
      const text = JSON.stringify({ replicationList: items });
      const answer = await ask('/eureka/peerreplication/batch/', headers, { method: 'POST', body: text });
      assert.equal(answer.status, 200);
      const { responseList } = JSON.parse(answer.body) as { responseList: readonly { statusCode: number }[] };
      return responseList.map(({ statusCode }) => statusCode);
    };
    assert.deepEqual(
      await send(FLEET, item('ORDERS', 'o-1', 'Register'), item('LEDGER', 'l-1', 'Register')),
      [200, 200],
    );
    const mixed = [
      item('ORDERS', 'o-2', 'Register'),
      item('PAYMENTS', 'p-1', 'Register'),
      item('orders', 'o-1', 'Cancel'),
      { ...item('PAYMENTS', 'p-2', 'Register'), instanceInfo: registration('ORDERS', 'p-2') },
      item('ledger', 'l-1', 'Cancel'),
      item('ORDERS', 'o-1', 'Heartbeat'),
      { ...item('ORDERS', 'o-1', 'StatusUpdate'), status: 'DOWN' },
      item('ORDERS', 'o-1', 'DeleteStatusOverride'),
      { ...item('PAYMENTS', 'p-1', 'StatusUpdate'), status: 'OUT_OF_SERVICE' },
    ];
    const orders = async (): Promise<string> => (await ask('/eureka/apps/ORDERS/o-1', FLEET)).body;
    assert.deepEqual(await send(FLEET, { ...item('ORDERS', 'o-1', 'StatusUpdate'), status: 'OUT_OF_SERVICE' }), [200]);
    const before = await orders();
    assert.match(before, /"overriddenStatus":"OUT_OF_SERVICE"/);
    assert.deepEqual(await send(PAYMENTS, ...mixed), [403, 200, 403, 200, 200, 403, 403, 403, 200]);
    assert.deepEqual(await ids(), ['o-1', 'p-1']);
    assert.equal(await orders(), before);
  });

  test('are held to them by the peer feed as well, and nothing of a refused write reaches the legacy', async (t) => {
    const eureka = await FakeEureka.start();
    t.after(() => eureka.stop());
    eureka.registry.register(registration('ORDERS', 'o-1'));
    const { ask, ids } = await serve(t, {
      'leases.enabled': ['false'],
      'legacy.urls': [eureka.url],
      'legacy.peerFeed': ['true'],
    });
    await until('reads', async () => (await ask('/readyz', {})).status === 200);
    const batch = { replicationList: [{ appName: 'ORDERS', id: 'o-1', action: 'Cancel' }] };
    const answer = await ask('/peer/eureka/peerreplication/batch/', PAYMENTS, {
      method: 'POST',
      body: JSON.stringify(batch),
    });
    assert.deepEqual([answer.status, answer.body], [200, '{"responseList":[{"statusCode":403}]}']);
    refused(await ask('/eureka/apps/ORDERS/o-1', PAYMENTS, { method: 'DELETE' }));
    assert.equal((await ask('/eureka/apps/PAYMENTS/..%2FORDERS%2Fo-1', PAYMENTS, { method: 'DELETE' })).status, 400);
    assert.deepEqual(await ids(), ['o-1']);
    assert.deepEqual(
      eureka.requests.filter(({ method }) => method !== 'GET'),
      [],
    );
    assert.ok(eureka.requests.every(({ headers }) => headers.authorization === undefined));
  });

  test('change no status of another application by its instance id, now or later', async (t) => {
    const { ask } = await serve(t);
    const register = async (app: string, headers: Readonly<Record<string, string>>, brings: object = {}) => {
      const instance = { ...registration(app, 'i-1'), ...brings };
      const answer = await ask(`/eureka/apps/${app}`, headers, { method: 'POST', body: JSON.stringify({ instance }) });
      assert.equal(answer.status, 204);
    };
    const own = async (method: string, rest: string): Promise<void> => {
      assert.equal((await ask(`/eureka/apps/PAYMENTS/i-1${rest}`, PAYMENTS, { method })).status, 200, rest);
    };
    const orders = async (): Promise<unknown> => {
      assert.equal((await ask('/eureka/apps/ORDERS/i-1', FLEET, { method: 'PUT' })).status, 200);
      const { body: text } = await ask('/eureka/apps/ORDERS/i-1', FLEET);
      const { status, overriddenStatus } = (JSON.parse(text) as { instance: Readonly<Record<string, string>> })
        .instance;
      return [status, overriddenStatus];
    };
    await register('ORDERS', FLEET);
    await register('PAYMENTS', PAYMENTS, { overriddenStatus: 'OUT_OF_SERVICE' });
    assert.deepEqual(await orders(), ['UP', 'UNKNOWN']);
    for (const status of ['DOWN', 'OUT_OF_SERVICE', 'UNKNOWN']) {
      await own('PUT', `/status?value=${status}`);
      assert.deepEqual(await orders(), ['UP', 'UNKNOWN'], status);
    }
    const item = { appName: 'PAYMENTS', id: 'i-1', action: 'StatusUpdate', status: 'DOWN', lastDirtyTimestamp: 6 };
    const batch = JSON.stringify({ replicationList: [item] });
    await ask('/eureka/peerreplication/batch/', PAYMENTS, { method: 'POST', body: batch });
    assert.deepEqual(await orders(), ['UP', 'UNKNOWN']);
    // Neither do they for an instance that comes later, nor do they take away what others have set.
    assert.equal((await ask('/eureka/apps/ORDERS/i-1', FLEET, { method: 'DELETE' })).status, 200);
    await register('ORDERS', FLEET);
    assert.deepEqual(await orders(), ['UP', 'UNKNOWN']);
    await ask('/eureka/apps/ORDERS/i-1/status?value=OUT_OF_SERVICE', FLEET, { method: 'PUT' });
    await own('DELETE', '/status?value=UP');
    await own('DELETE', '');
    await register('ORDERS', FLEET);
    assert.deepEqual(await orders(), ['OUT_OF_SERVICE', 'OUT_OF_SERVICE']);
  });

  test('change none at the legacy either, which keeps overrides by id alone', async (t) => {
    const eureka = await FakeEureka.start();
    t.after(() => eureka.stop());
    for (const [app, id] of [
      ['ORDERS', 'i-1'],
      ['PAYMENTS', 'i-1'],
      ['LEDGER', 'i-2'],
      ['PAYMENTS', 'i-2'],
    ] as const)
      eureka.registry.register(registration(app, id));
    const { ask } = await serve(t, { 'leases.enabled': ['false'], 'legacy.urls': [eureka.url] });
    await until('reads', async () => (await ask('/readyz', {})).status === 200);
    const instance = { ...registration('PAYMENTS', 'i-1'), overriddenStatus: 'OUT_OF_SERVICE' };
    const brings = { method: 'POST', body: JSON.stringify({ instance }) };
    const reason = 'these credentials may not write ORDERS, which has this instance id, too';
    for (const [path, question] of [
      ['/PAYMENTS', brings],
      ['/PAYMENTS/i-1/status?value=DOWN', { method: 'PUT' }],
      ['/payments/i-1/status', { method: 'DELETE' }],
    ] as const) {
      const answer = await ask(`/eureka/apps${path}`, PAYMENTS, question);
      assert.deepEqual([answer.status, answer.headers['x-eurek8s-reason']], [403, reason], path);
    }
    assert.deepEqual(
      eureka.requests.filter(({ method }) => method !== 'GET'),
      [],
    );
    // What changes no override, what concerns their applications alone, and those who may write all.
    for (const [path, question, headers] of [
      ['/PAYMENTS', { method: 'POST', body: body('PAYMENTS') }, PAYMENTS],
      ['/PAYMENTS/i-1', { method: 'PUT' }, PAYMENTS],
      ['/PAYMENTS/i-2/status?value=DOWN', { method: 'PUT' }, PAYMENTS],
      ['/PAYMENTS/i-1/status?value=DOWN', { method: 'PUT' }, FLEET],
    ] as const) {
      const { status } = await ask(`/eureka/apps${path}`, headers, question);
      assert.ok(status < 300, `${path}: ${status}`);
    }
  });
});
