import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import type { CallerReport, CallersReport } from '../../shared/api/census.ts';
import { basic, temporaryFile } from '../support/credentials.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { registerInstance, registrationBody } from '../support/eureka-rest.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';

const NETFLIX = {
  'user-agent': 'Java-EurekaClient/v1.10.17',
  'discoveryidentity-name': 'DefaultClient',
  'discoveryidentity-version': '1.4',
};

/** One request from an address of this machine; connections of an agent are kept. */
async function ask(
  url: string,
  from: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', agent, body }: { readonly method?: string; readonly agent?: Agent; readonly body?: string } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const question = request(url, { localAddress: from, headers, method, agent: agent ?? false }, (answer) => {
      answer.resume().once('end', () => resolve());
    });
    question.once('error', reject).end(body);
  });
}

describe('the census', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending);
  });

  const callersAt = async (address: string, path = scene): Promise<readonly CallerReport[]> =>
    (await path.json<CallersReport>('/eurek8s/callers')).callers.filter((each) => each.address === address);

  test('a caller is known by its address, as the application that is registered there', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await registerInstance(`${scene.url}/eureka`, { app: 'ALICE', id: 'a-1', ip: '127.0.0.11', port: 8080 });
    const form = { ...NETFLIX, accept: 'application/json', 'accept-encoding': 'gzip' };
    for (const path of ['apps', 'apps/delta', 'apps/delta', 'vips/carol', 'apps/orders', 'apps/orders/o-1'])
      await ask(`${scene.url}/eureka/${path}`, '127.0.0.11', form, { agent });
    await ask(`${scene.url}/eureka/apps`, '127.0.0.11', { ...NETFLIX, 'x-eureka-accept': 'compact' }, { agent });
    agent.destroy();
    const [alice, ...others] = await callersAt('127.0.0.11');
    assert.deepEqual(others, []);
    assert.ok(alice !== undefined);
    assert.equal(alice.application, 'ALICE');
    assert.equal(alice.client, 'Java-EurekaClient/v1.10.17');
    assert.deepEqual(alice.identity, { name: 'DefaultClient', version: '1.4' });
    assert.deepEqual(alice.reads, {
      full: 2,
      delta: 2,
      app: 1,
      vip: 1,
      svip: 0,
      instance: 1,
      json: 5,
      xml: 1,
      compact: 1,
      gzip: 5,
    });
    assert.deepEqual(
      alice.lookups.map(({ kind, name, applications, count }) => [kind, name, applications, count]),
      [
        ['vip', 'carol', ['CAROL'], 1],
        ['app', 'ORDERS', ['ORDERS'], 1],
        ['instance', 'o-1', ['ORDERS'], 1],
      ],
    );
    assert.ok(Date.now() - Date.parse(alice.lastSeen ?? '') < 60_000);
  });

  test('each read counts once, whichever way it is answered, in the form that it was asked for', async () => {
    const from = '127.0.0.17';
    const [json, xml] = [{ accept: 'application/json' }, { accept: 'application/xml' }];
    const gzip = { ...json, 'accept-encoding': 'gzip' };
    const compact = { ...json, 'x-eureka-accept': 'compact' };
    // The first request for a URL goes to its route, and further ones take a shorter way.
    for (const path of ['apps/carol', 'v2/apps/carol', 'vips/carol?a=b', `apps/carol?${'a'.repeat(300)}`])
      for (const headers of [json, xml, json, gzip, compact]) await ask(`${scene.url}/eureka/${path}`, from, headers);
    for (const path of ['apps/carol', 'apps/nobody', 'apps/nobody'])
      await ask(`${scene.url}/eureka/${path}`, from, { accept: 'image/png' });
    for (const path of ['apps/orders/o-1', 'apps/orders/o-1', 'apps/orders/none', 'instances/o-1'])
      await ask(`${scene.url}/eureka/${path}`, from, json);
    await ask(`${scene.url}/eureka/apps/carol`, from, { ...json, 'x-netflix-discovery-replication': 'true' });
    await ask(`${scene.url}/eureka/apps/carol`, from, json, { method: 'HEAD' });
    const [caller] = await callersAt(from);
    const { full, delta, app, vip, instance, ...forms } = caller?.reads ?? {};
    assert.deepEqual({ full, delta, app, vip, instance }, { full: 0, delta: 0, app: 18, vip: 5, instance: 4 });
    assert.deepEqual(forms, { svip: 0, json: 16, xml: 4, compact: 4, gzip: 4 });
    const [carol] = caller?.lookups ?? [];
    assert.deepEqual([carol?.kind, carol?.name, carol?.count], ['app', 'CAROL', 16]);
  });

  test('who registers and renews is that application, wherever it calls from', async () => {
    for (const method of ['PUT', 'PUT', 'DELETE'])
      await ask(`${scene.url}/eureka/apps/dora/d-1?status=UP`, '127.0.0.12', NETFLIX, { method });
    await ask(`${scene.url}/eureka/apps`, '127.0.0.12', NETFLIX);
    const [dora] = await callersAt('127.0.0.12');
    assert.equal(dora?.application, 'DORA');
    assert.deepEqual(
      dora.registers.map(({ application, register, renew, cancel, other }) => [
        application,
        register,
        renew,
        cancel,
        other,
      ]),
      [['DORA', 0, 2, 1, 0]],
    );
  });

  test('callers of one address are told apart by what they say of themselves, and by the address in it', async () => {
    for (const id of ['10.1.0.1', '10.1.0.3'])
      await ask(`${scene.url}/eureka/apps`, '127.0.0.13', { ...NETFLIX, 'discoveryidentity-id': id });
    await ask(`${scene.url}/eureka/apps`, '127.0.0.13', { 'user-agent': 'python/3' });
    assert.deepEqual(
      (await callersAt('127.0.0.13')).map(({ application, client }) => [application, client]),
      [
        ['CAROL', 'Java-EurekaClient/v1.10.17'],
        ['ORDERS', 'Java-EurekaClient/v1.10.17'],
        [undefined, 'python/3'],
      ],
    );
  });

  test('a caller that spells the mount in another way is one, too', async () => {
    for (const mount of ['//eureka', '/%65ureka', '///eureka/v2', '/eureka/v%32'])
      for (let i = 0; i < 2; i++) await ask(`${scene.url}${mount}/apps`, '127.0.0.18', NETFLIX);
    await ask(`${scene.url}//eureka/apps/dora/d-1?status=UP`, '127.0.0.18', NETFLIX, { method: 'PUT' });
    const [caller] = await callersAt('127.0.0.18');
    assert.equal(caller?.reads.full, 8);
    assert.deepEqual(
      caller.registers.map(({ application }) => application),
      ['DORA'],
    );
  });

  test('what servers copy to each other, what people ask and what is no question are no calls', async () => {
    await ask(
      `${scene.url}/eureka/apps/orders/o-1`,
      '127.0.0.14',
      { 'x-netflix-discovery-replication': 'true' },
      { method: 'PUT' },
    );
    for (const path of ['/eurek8s/apps', '/eureka/nothing', '/healthz', '/eureka/apps/a/b/c/d'])
      await ask(scene.url + path, '127.0.0.14');
    assert.deepEqual(await callersAt('127.0.0.14'), []);
  });

  test('who resets the connection before it could be told from where is nobody', async () => {
    const port = Number(new URL(scene.url).port);
    for (let i = 0; i < 100; i++) {
      const socket = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.18' });
      socket.write('GET /eureka/apps HTTP/1.1\r\nHost: eurek8s\r\n\r\n', () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    assert.deepEqual(await callersAt(''), []);
  });

  test('people read a line for each caller', async () => {
    await ask(`${scene.url}/eureka/vips/carol`, '127.0.0.15', { 'user-agent': 'a\u00a0b' });
    const text = await scene.curl('/eurek8s/callers');
    assert.match(text, /^APPLICATION +ADDRESS +CLIENT +RUNS +CREDENTIALS +FULL +DELTA +LOOKS UP +REGISTERS +SEEN$/m);
    assert.match(text, /^- +127\.0\.0\.15 .* vip:carol +- +\d+ m?s ago$/m);
    assert.match(text, /^\d+ callers seen by \S+ since \d{4}-\S+Z$/m);
  });

  test('behind a trusted proxy the address is the one that it names, and credentials are named', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: secret, rights: [read, register] }');
    const { url } = await serveForTest(t, {
      flags: { 'listen.trustedProxies': ['127.0.0.0/8'], 'auth.file': [file] },
    });
    const authorization = basic('fleet', 'secret');
    await ask(`${url}/eureka/apps`, '127.0.0.1', { authorization, 'x-forwarded-for': '203.0.113.9' });
    await ask(`${url}/eureka/apps`, '127.0.0.1', { 'x-forwarded-for': '203.0.113.10' });
    const { body } = await httpRequest(`${url}/eurek8s/callers`, { headers: { authorization } });
    const { callers } = JSON.parse(body) as CallersReport;
    assert.deepEqual(
      callers.map(({ address, credentials }) => [address, credentials]),
      [['203.0.113.9', ['fleet']]],
    );
    assert.doesNotMatch(body, /secret/);
  });

  test('a write that the sender may not do registers nothing, whichever way it is refused', async (t) => {
    const file = temporaryFile(
      t,
      'auth.yaml',
      `- { name: fleet, password: secret, rights: [read, register] }
- { name: payments, password: pay, rights: [read, register], applications: [PAYMENTS] }`,
    );
    const { url } = await serveForTest(t, { flags: { 'auth.file': [file] } });
    const [fleet, payments] = [basic('fleet', 'secret'), basic('payments', 'pay')];
    const callers = async () => {
      const { body } = await httpRequest(`${url}/eurek8s/callers`, { headers: { authorization: fleet } });
      return (JSON.parse(body) as CallersReport).callers.map(({ address, registers }) => [
        address,
        ...registers.map(({ application, register, renew, cancel, other }) =>
          [application, register, renew, cancel, other].join(' '),
        ),
      ]);
    };
    const writes = async (app: string, headers: Readonly<Record<string, string>>): Promise<void> => {
      const instance = registrationBody({ app, id: 'i-1', port: 8080 });
      const json = { 'content-type': 'application/json', ...headers };
      const body = JSON.stringify({ instance });
      await ask(`${url}/eureka/apps/${app}`, '127.0.0.21', json, { method: 'POST', body });
      // A renewal of what is not registered is 404: its client registers next, and renewed that until now.
      for (const id of ['i-1', 'none', 'i-1?a=b&status=UP', 'i-1/status?value=UP'])
        await ask(`${url}/eureka/apps/${app}/${id}`, '127.0.0.21', headers, { method: 'PUT' });
      await ask(`${url}/eureka/apps/${app}/i-1`, '127.0.0.21', headers, { method: 'DELETE' });
    };
    await writes('ORDERS', { authorization: payments });
    await writes('NO-SUCH', {});
    assert.deepEqual(await callers(), []);
    await writes('PAYMENTS', { authorization: payments });
    assert.deepEqual(await callers(), [['127.0.0.21', 'PAYMENTS 1 3 1 1']]);
  });
});
