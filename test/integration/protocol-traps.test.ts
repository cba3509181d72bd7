import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { registerInstance } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';

// What breaks real clients when a server gets it wrong, by the numbers in the protocol notes' list of traps. The traps
// of paths, bodies, errors and negotiation are in the http-* suites, those of lists of servers in the end-to-end
// suites.

const DCI = { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' };
const FULL_KEYS = new Set(
  (
    'instanceId hostName app ipAddr sid status overriddenStatus port securePort countryId dataCenterInfo leaseInfo metadata ' +
    'appGroupName homePageUrl statusPageUrl healthCheckUrl secureHealthCheckUrl vipAddress secureVipAddress ' +
    'isCoordinatingDiscoveryServer lastUpdatedTimestamp lastDirtyTimestamp actionType asgName'
  ).split(' '),
);

type Wire = Readonly<Record<string, unknown>>;

describe('traps of the Eureka protocol', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => ({ url } = await serveForTest({ after: (undo) => (stop = undo) })));
  after(async () => stop());

  const json = { accept: 'application/json' };
  async function register(app: string, instanceId: string, extra: Wire = {}, pathApp = app): Promise<number> {
    const instance = {
      instanceId,
      hostName: `${instanceId}.example`,
      app,
      ipAddr: '10.0.0.1',
      dataCenterInfo: DCI,
      vipAddress: app.toLowerCase(),
      ...extra,
    };
    const answer = await httpRequest(`${url}/eureka/apps/${pathApp}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instance }),
    });
    return answer.status;
  }
  const get = async (path: string): Promise<Wire> =>
    JSON.parse((await httpRequest(`${url}/eureka/${path}`, { headers: json })).body);
  const one = async (app: string, id: string): Promise<Wire> => (await get(`apps/${app}/${id}`))['instance'] as Wire;
  const put = async (path: string): Promise<number> =>
    (await httpRequest(`${url}/eureka/${path}`, { method: 'PUT' })).status;
  const list = async (
    path: string,
  ): Promise<readonly { readonly name: string; readonly instance: readonly Wire[] }[]> =>
    ((await get(path))['applications'] as { application: [] }).application;
  const delta = async (app: string): Promise<readonly Wire[]> =>
    (await list('apps/delta')).find(({ name }) => name === app)?.instance ?? [];

  test('13, 14: a port is an object, its number a number, and enabled a quoted word', async () => {
    await register('PORTS', 'p-1', {
      port: { $: '8080', '@enabled': true },
      securePort: { $: 443, '@enabled': false },
    });
    const { port, securePort } = await one('PORTS', 'p-1');
    assert.deepEqual(
      [port, securePort],
      [
        { $: 8080, '@enabled': 'true' },
        { $: 443, '@enabled': 'false' },
      ],
    );
  });

  test('15: the coordinating flag and both time stamps are strings', async () => {
    await register('STRINGS', 's-1', { isCoordinatingDiscoveryServer: true, lastDirtyTimestamp: 1_750_000_000_000 });
    const { isCoordinatingDiscoveryServer, lastUpdatedTimestamp, lastDirtyTimestamp } = await one('STRINGS', 's-1');
    // Never true, as on stock servers: it would be true only for a coordinating server.
    assert.deepEqual([isCoordinatingDiscoveryServer, lastDirtyTimestamp], ['false', '1750000000000']);
    assert.match(String(lastUpdatedTimestamp), /^\d{13}$/);
    assert.equal(typeof lastUpdatedTimestamp, 'string');
  });

  test('16: data centre info is always there, with its class, and metadata for Amazon only', async () => {
    await register('DCI', 'd-1', {
      dataCenterInfo: { '@class': 'com.netflix.appinfo.MyDataCenterInfo', name: 'MyOwn' },
    });
    await register('DCI', 'd-2', {
      dataCenterInfo: {
        '@class': 'com.netflix.appinfo.AmazonInfo',
        name: 'Amazon',
        metadata: { 'instance-id': 'i-0' },
      },
    });
    assert.deepEqual((await one('DCI', 'd-1'))['dataCenterInfo'], DCI);
    assert.deepEqual((await one('DCI', 'd-2'))['dataCenterInfo'], {
      '@class': 'com.netflix.appinfo.AmazonInfo',
      name: 'Amazon',
      metadata: { 'instance-id': 'i-0' },
    });
  });

  test('17, 18: no key that decoders do not know, and no null, whatever was registered', async () => {
    await register('EXTRA', 'e-1', {
      unknown: 'x',
      identifyingAttribute: 1,
      homePageUrl: null,
      actionType: null,
      asgName: null,
      sid: 'na',
    });
    const shown = await one('EXTRA', 'e-1');
    assert.deepEqual(
      Object.keys(shown).filter((key) => !FULL_KEYS.has(key)),
      [],
    );
    assert.ok(!JSON.stringify(shown).includes('null'));
    assert.equal(shown['sid'], undefined);
  });

  test('19, 20: metadata values are strings, and the class of an empty map is no entry', async () => {
    await register('META', 'm-1', { metadata: { a: 1, b: true, c: '1.10' } });
    await register('META', 'm-2', { metadata: { '@class': 'java.util.Collections$EmptyMap' } });
    assert.deepEqual((await one('META', 'm-1'))['metadata'], { a: '1', b: 'true', c: '1.10' });
    assert.deepEqual((await one('META', 'm-2'))['metadata'], { '@class': 'java.util.Collections$EmptyMap' });
  });

  test('21, 22, 23: arrays even for one, and the hash counts every instance by its effective status', async () => {
    await register('SINGLE', 'one', { status: 'DOWN' });
    const full = (await get('apps'))['applications'] as {
      apps__hashcode: string;
      application: { name: string; instance: unknown[] }[];
    };
    assert.ok(Array.isArray(full.application.find(({ name }) => name === 'SINGLE')?.instance));
    const counts = new Map<string, number>();
    for (const { instance } of await list('apps'))
      for (const { status } of instance) counts.set(String(status), (counts.get(String(status)) ?? 0) + 1);
    const expected = [...counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([status, count]) => `${status}_${count}_`);
    assert.equal(full.apps__hashcode, expected.join(''));
    assert.equal(await put('apps/SINGLE/one/status?value=OUT_OF_SERVICE'), 200);
    const hash = async (path: string): Promise<string> =>
      ((await get(path))['applications'] as { apps__hashcode: string }).apps__hashcode;
    assert.match(await hash('apps/delta'), /OUT_OF_SERVICE_1_/);
    assert.equal(await hash('apps/delta'), await hash('apps'));
  });

  test('24, 28: in a delta deletions come after additions, and are whole instances', async () => {
    await register('SWAP', 'old');
    await httpRequest(`${url}/eureka/apps/SWAP/old`, { method: 'DELETE' });
    await register('SWAP', 'new');
    const [added, deleted] = await delta('SWAP');
    assert.deepEqual(
      [added?.['instanceId'], added?.['actionType'], deleted?.['instanceId'], deleted?.['actionType']],
      ['new', 'ADDED', 'old', 'DELETED'],
    );
    assert.deepEqual([deleted?.['vipAddress'], deleted?.['hostName']], ['swap', 'old.example']);
    assert.match(JSON.stringify(deleted?.['leaseInfo']), /"evictionTimestamp":[1-9]/);
  });

  test('25, 26, 27: the delta is there, its version moves with content alone, renewals leave no trace', async () => {
    await register('VERSION', 'v-1', { metadata: { color: 'red' } });
    const version = async (): Promise<number> =>
      Number(((await get('apps/delta'))['applications'] as { versions__delta: string }).versions__delta);
    const first = await version();
    assert.ok(first > 0);
    for (let i = 0; i < 5; i++) assert.equal(await put('apps/VERSION/v-1'), 200);
    assert.equal(await version(), first);
    assert.equal(await put('apps/VERSION/v-1/metadata?color=blue'), 200);
    assert.ok((await version()) > first);
    assert.deepEqual((await delta('VERSION'))[0]?.['metadata'], { color: 'blue' });
  });

  test('29: an application goes with its last instance', async () => {
    await register('LAST', 'l-1');
    await httpRequest(`${url}/eureka/apps/LAST/l-1`, { method: 'DELETE' });
    assert.ok((await list('apps')).every(({ name, instance }) => name !== 'LAST' && instance.length > 0));
    assert.equal((await httpRequest(`${url}/eureka/apps/LAST`)).status, 404);
  });

  test('30, 31: one application however its name is spelt; ids keep their case', async () => {
    assert.equal(await register('Spelt', 'a', {}, 'spelt'), 204);
    assert.equal(await register('SPELT', 'A', {}, 'SPELT'), 204);
    const spelt = (await list('apps')).filter(({ name }) => name.toUpperCase() === 'SPELT');
    assert.deepEqual(
      spelt.map(({ name, instance }) => [name, instance.map(({ instanceId }) => instanceId)]),
      [['SPELT', ['A', 'a']]],
    );
  });

  test('35, 36: a newer time stamp of the client is 404, and its own is kept unchanged', async () => {
    await register('DIRTY', 'd', { lastDirtyTimestamp: '1750000000000' });
    for (let i = 0; i < 3; i++) assert.equal(await put('apps/DIRTY/d?lastDirtyTimestamp=1750000000000'), 200);
    assert.equal(await put('apps/DIRTY/d?lastDirtyTimestamp=1749999999999'), 200);
    assert.equal(await put('apps/DIRTY/d?lastDirtyTimestamp=1750000000001'), 404);
    assert.equal((await one('DIRTY', 'd'))['lastDirtyTimestamp'], '1750000000000');
  });

  test('37, 50: a client may write through one server and go on through another, as no state sticks to ours', async (t) => {
    // The registry behind both refuses replicated writes, so a mark of ours would show here.
    const legacy = await serveForTest(t);
    const front = {
      'leases.enabled': ['false'],
      'legacy.urls': [`${legacy.url}/eureka`],
      'legacy.pollInterval': ['100ms'],
    };
    const [a, b] = [await serveForTest(t, { flags: front }), await serveForTest(t, { flags: front })];
    const path = 'eureka/apps/MOVING/m-1';
    await registerInstance(`${a.url}/eureka`, { app: 'moving', id: 'm-1', port: 80 });
    assert.equal((await httpRequest(`${b.url}/${path}`, { method: 'PUT' })).status, 200);
    assert.equal((await httpRequest(`${b.url}/${path}`, { method: 'DELETE' })).status, 200);
    assert.equal((await httpRequest(`${a.url}/${path}`, { method: 'PUT' })).status, 404);
    const replicated = { method: 'PUT', headers: { 'x-netflix-discovery-replication': 'true' } };
    assert.equal((await httpRequest(`${a.url}/${path}`, replicated)).status, 403, 'a replicated write goes no further');
  });

  test('38: a register with DOWN and the cancel right behind it leave no ghost', async () => {
    await register('SHUT', 's', { status: 'UP' });
    const down = register('SHUT', 's', { status: 'DOWN', lastDirtyTimestamp: String(Date.now() + 1000) });
    await down;
    await httpRequest(`${url}/eureka/apps/SHUT/s`, { method: 'DELETE' });
    assert.equal((await httpRequest(`${url}/eureka/apps/SHUT/s`)).status, 404);
    assert.equal((await delta('SHUT'))[0]?.['actionType'], 'DELETED');
  });

  test('45, 46, 59: XML escapes metadata names, has no blanks inside leaves, and one element a line', async () => {
    await register('XML', 'x-1', { metadata: { my_key: 'a', '9x': 'b', 'a b': 'c', 'a.b': 'd' } });
    const { body } = await httpRequest(`${url}/eureka/apps/XML`);
    for (const element of ['<my__key>a</my__key>', '<_.0039x>b</_.0039x>', '<a_.0020b>c</a_.0020b>', '<a.b>d</a.b>'])
      assert.ok(body.includes(element), element);
    assert.match(body, /<port enabled="true">\d+<\/port>/);
    assert.doesNotMatch(
      body,
      /<(status|port|countryId|lastDirtyTimestamp)[^>]*>\s|\s<\/(status|port|countryId|lastDirtyTimestamp)>/,
    );
    assert.equal(body.split('\n').filter((line) => line.includes('<instanceId>')).length, 1);
  });

  test('49: nothing stands before the root of a document', async () => {
    assert.equal((await httpRequest(`${url}/eureka/apps`, { headers: json })).body[0], '{');
    assert.ok((await httpRequest(`${url}/eureka/apps`)).body.startsWith('<applications>'));
  });

  test('58: a status of UNKNOWN sticks until it is removed', async () => {
    await register('STICKY', 's');
    assert.equal(await put('apps/STICKY/s/status?value=UNKNOWN'), 200);
    assert.equal(await register('STICKY', 's'), 204);
    assert.equal((await one('STICKY', 's'))['status'], 'UNKNOWN');
    assert.equal(await put('apps/STICKY/s'), 404);
    await httpRequest(`${url}/eureka/apps/STICKY/s/status`, { method: 'DELETE' });
    await register('STICKY', 's');
    assert.equal(await put('apps/STICKY/s'), 200);
    assert.equal((await one('STICKY', 's'))['status'], 'UP');
  });
});
