import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { basic, temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { runCli } from '../support/cli-process.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const PAGE = { 'user-agent': 'Mozilla/5.0', accept: 'text/html' };
const CURL = { 'user-agent': 'curl/8.5.0', accept: '*/*' };

/** A credentials file in a directory that is mounted as Kubernetes mounts a Secret. */
class MountedSecret {
  readonly file: string;
  readonly #directory: string;
  #generation = 0;

  constructor(t: TestContext, text: string) {
    this.#directory = temporaryDirectory(t);
    this.put(text);
    this.file = join(this.#directory, 'auth.yaml');
    symlinkSync(join('..data', 'auth.yaml'), this.file);
  }

  put(text: string): void {
    const name = `..${++this.#generation}`;
    mkdirSync(join(this.#directory, name));
    writeFileSync(join(this.#directory, name, 'auth.yaml'), text);
    symlinkSync(name, join(this.#directory, 'new'));
    renameSync(join(this.#directory, 'new'), join(this.#directory, '..data'));
  }
}

describe('passwords that change while the server runs', () => {
  test('are in force at once, and a connection that was let in has no rights of its own', async (t) => {
    const secret = new MountedSecret(t, '- { name: fleet, password: old, rights: [read] }');
    const { url } = await serveForTest(t, { flags: { 'auth.file': [secret.file] } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ports = new Set<number | undefined>();
    const ask = (password: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: basic('fleet', password), accept: 'application/json' };
        const question = request(`${url}/eureka/apps`, { headers, agent }, (answer) => {
          ports.add(answer.socket.localPort);
          answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
        });
        question.once('error', reject).end();
      });
    assert.deepEqual([await ask('old'), await ask('old'), await ask('new')], [200, 200, 401]);
    secret.put('- { name: fleet, password: old, rights: [read] }\n- { name: fleet, password: new, rights: [read] }');
    await until('the new password', async () => (await ask('new')) === 200);
    assert.equal(await ask('old'), 200);
    secret.put('- { name: fleet, password: new, rights: [read] }');
    await until('no old password', async () => (await ask('old')) === 401);
    assert.equal(await ask('new'), 200);
    secret.put('- { name: fleet, password: new, rights: [register] }');
    await until('another right', async () => (await ask('new')) === 403);
    assert.equal(ports.size, 1);
  });

  test('a broken file leaves the last good in force, and says so wherever one looks', async (t) => {
    const secret = new MountedSecret(t, '- { name: fleet, password: geheim, rights: [read] }');
    const errors: object[] = [];
    const { url } = await serveForTest(t, {
      flags: { 'auth.file': [secret.file] },
      log: { error: (fields) => void errors.push(fields) },
    });
    const ask = async (path: string, by = CURL): Promise<string> => {
      const headers = { ...by, authorization: basic('fleet', 'geheim') };
      const { status, body } = await httpRequest(url + path, { headers });
      assert.equal(status, 200);
      return body;
    };
    assert.match(await ask('/metrics'), /eurek8s_file_current\{option="auth.file"\} 1/);
    assert.match(await ask('/eurek8s/sources'), /^auth\.file +current +\d+ m?s\n {2}\S+auth\.yaml$/m);
    assert.doesNotMatch(await ask('/'), /auth\.file/);
    assert.match(await ask('/', PAGE), /Everything is up to date/);
    secret.put('- { name: fleet, password: geheim, rights: [reed] }');
    await until('the problem', async () => (await ask('/')).includes('auth.file'));
    for (const path of ['/', '/eurek8s/sources'])
      assert.match(
        await ask(path),
        /^auth\.file +outdated .*\n {2}the last good one stays in force: .*entry 1 \(fleet\): rights has one that/m,
      );
    const page = await ask('/', PAGE);
    assert.match(page, /Files need attention/);
    assert.match(page, /<li>auth\.file: the last good one stays in force: [^<]*entry 1 \(fleet\)/);
    assert.doesNotMatch(page, /Everything is up to date|Every known entry is served|<strong>0<\/strong><span>need att/);
    assert.match(await ask('/metrics'), /eurek8s_file_current\{option="auth.file"\} 0/);
    assert.equal(errors.length, 1);
    assert.doesNotMatch(JSON.stringify(errors) + (await ask('/eurek8s/sources')), /geheim/);
  });
});

describe('a start', () => {
  test('with a file that cannot be used does not happen, and says why', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim }');
    const { code, err, out } = await runCli(['serve', '--leases.enabled', '--listen.port', '0', '--auth.file', file]);
    assert.equal(code, 1);
    assert.equal(
      err,
      `eurek8s: cannot start: auth.file: ${file}: entry 1 (fleet): rights must be a list of read, register, operate\n`,
    );
    assert.equal(out, '');
  });
});

describe('requests without credentials', () => {
  test('may do what auth.anonymous says, so that passwords can be given out before they are asked for', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim, rights: [read, register] }');
    const warnings: object[] = [];
    const { url } = await serveForTest(t, {
      flags: { 'auth.file': [file], 'auth.anonymous': ['read'] },
      log: { warn: (fields) => void warnings.push(fields) },
    });
    const statusOf = async (method: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
      (await httpRequest(`${url}/eureka/apps/A/1`, { method, headers })).status;
    const wrong = { authorization: basic('fleet', 'geheim2') };
    assert.deepEqual([await statusOf('GET'), await statusOf('GET', wrong)], [404, 404]);
    assert.deepEqual([await statusOf('DELETE'), await statusOf('DELETE', wrong)], [401, 401]);
    assert.equal(await statusOf('DELETE', { authorization: basic('fleet', 'geheim') }), 404);
    const { body } = await httpRequest(`${url}/metrics`);
    for (const [name, value] of [
      ['callers_total{credential="",shown="none"}', 3],
      ['callers_total{credential="",shown="wrong"}', 2],
      ['callers_total{credential="fleet",shown="known"}', 1],
      ['refused_requests_total{reason="no-credentials"}', 1],
      ['refused_requests_total{reason="wrong-credentials"}', 1],
    ] as const)
      assert.ok(body.includes(`eurek8s_${name} ${value}\n`), name);
    assert.equal(warnings.length, 2);
  });

  test('may be kept from registering without any file, and may be let operate from elsewhere', async (t) => {
    const closed = await serveForTest(t, { flags: { 'auth.anonymous': ['read'] } });
    const refused = await httpRequest(`${closed.url}/eureka/apps/A/1`, { method: 'PUT' });
    assert.deepEqual([refused.status, refused.body], [403, '']);
    assert.match(String(refused.headers['x-eurek8s-reason']), /nobody has the right register here/);
    const elsewhere = { method: 'POST', headers: { host: 'eurek8s.internal' } };
    assert.equal((await httpRequest(`${closed.url}/eurek8s/holds/x/release`, elsewhere)).status, 403);
    const open = await serveForTest(t, { flags: { 'auth.anonymous': ['read', 'register', 'operate'] } });
    assert.equal((await httpRequest(`${open.url}/eurek8s/holds/x/release`, elsewhere)).status, 404);
  });
});

describe('credentials that do not suffice', () => {
  test('are told to nobody, neither as they were sent nor as they read', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim, rights: [read, register] }');
    const lines: unknown[] = [];
    const line = (...told: readonly unknown[]): void => void lines.push(told);
    // A server of its own for each: of one peer and one reason, a line a minute is written.
    for (const [authorization, ...secrets] of [
      [basic('fleet', 'geheimer'), basic('fleet', 'geheimer').slice('Basic '.length), 'geheimer'],
      [basic('fleet', ''), basic('fleet', '').slice('Basic '.length)],
      ['Bearer geheimes-wort', 'geheimes-wort'],
      ['Basic geheimer:klartext', 'geheimer'],
      ['Digest username="fleet", response="geheimes"', 'geheimes'],
      [basic('fleet', 'geheim'), basic('fleet', 'geheim').slice('Basic '.length)],
    ] as const) {
      const log = { error: line, warn: line, info: line, debug: line };
      const { url } = await serveForTest(t, { flags: { 'auth.file': [file] }, log });
      const before = lines.length;
      const question = { method: 'POST', headers: { authorization } };
      const { status, headers, body } = await httpRequest(`${url}/eurek8s/holds/x/keep`, question);
      assert.ok(status === 401 || status === 403, authorization);
      const told = JSON.stringify([lines.slice(before), headers, body]);
      assert.match(told, /a request was refused/, 'a line about it');
      for (const secret of secrets) assert.ok(!told.includes(secret), `${secret}: ${told}`);
    }
  });
});

describe('a proxy that is trusted', () => {
  test('is not named for what its clients were refused', async (t) => {
    for (const [networks, named] of [
      [['127.0.0.0/8', '::1'], '192.0.2.7'],
      [[], '127.0.0.1'],
    ] as const) {
      const peers: unknown[] = [];
      const { url } = await serveForTest(t, {
        flags: { 'auth.anonymous': ['read'], 'listen.trustedProxies': networks },
        log: { warn: (fields) => void peers.push('peer' in fields && fields.peer) },
      });
      const headers = { 'x-forwarded-for': '192.0.2.7' };
      assert.equal((await httpRequest(`${url}/eureka/apps/A/1`, { method: 'PUT', headers })).status, 403);
      assert.deepEqual(peers, [named]);
    }
  });
});

describe('those who may not read', () => {
  test('are told by probes what is waited for, but not why: that names hosts of the network inside', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: f, rights: [read] }');
    const away = { 'leases.enabled': ['false'], 'legacy.urls': ['http://127.0.0.1:9/eureka'] };
    const closed = await serveForTest(t, { flags: { ...away, 'auth.file': [file] } });
    const open = await serveForTest(t, { flags: away });
    const failed = async (url: string) =>
      /connection refused/.test(
        (await httpRequest(`${url}/eurek8s/sources`, { headers: { authorization: basic('fleet', 'f') } })).body,
      );
    for (const { url } of [open, closed]) await until('a poll failed', async () => failed(url));
    assert.match(
      (await httpRequest(`${open.url}/readyz`)).body,
      /legacy \(http:\/\/127\.0\.0\.1:9\/eureka: .*connection refused/,
    );
    for (const path of ['/readyz', '/actuator/health']) {
      const { status, body, headers } = await httpRequest(closed.url + path);
      assert.equal(status, 503);
      const told = `${body} ${String(headers['x-eurek8s-reason'])}`;
      assert.match(told, /waiting for the first complete view of legacy/);
      assert.doesNotMatch(told, /127\.0\.0\.1|connection refused/);
    }
  });
});

describe('a page under a name that was bent to this server', () => {
  test('registers and operates nothing without credentials, and as before with them', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: f, rights: [register] }');
    const anonymous = { 'auth.anonymous': ['read', 'register', 'operate'] };
    const { url } = await serveForTest(t, { flags: { ...anonymous, 'auth.file': [file] } });
    const { port } = new URL(url);
    const sent = (path: string, method: string, host: string, headers: Readonly<Record<string, string>>) =>
      httpRequest(url + path, { method, headers: { host: `${host}:${port}`, ...headers } });
    const pages = (host: string) => [
      { origin: `http://${host}:${port}` },
      { 'sec-fetch-site': 'same-origin', origin: `http://${host}:${port}` },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of pages('rebound.example.com'))
      for (const [path, method] of [
        ['/eureka/apps/A/1', 'PUT'],
        ['/eureka/apps/A/1', 'DELETE'],
        ['/eureka/v2/apps/A', 'POST'],
        ['/eurek8s/holds/x/release', 'POST'],
      ] as const) {
        const { status, body, headers: told } = await sent(path, method, 'rebound.example.com', headers);
        assert.deepEqual([status, body], [403, ''], `${method} ${path}`);
        assert.match(String(told['x-eurek8s-reason']), /^without credentials a page may do this only at an address/);
      }
    const known = { authorization: basic('fleet', 'f') };
    const [page = {}] = pages('rebound.example.com');
    assert.equal((await sent('/eureka/apps/A/1', 'PUT', 'rebound.example.com', { ...page, ...known })).status, 404);
    for (const host of ['127.0.0.1', '[::1]', 'localhost'])
      assert.equal((await sent('/eureka/apps/A/1', 'PUT', host, { origin: `http://${host}:${port}` })).status, 404);
    // Whoever is no browser may call us by any name.
    assert.equal((await sent('/eureka/apps/A/1', 'PUT', 'eureka.internal', {})).status, 404);
  });
});

describe('a page of another origin', () => {
  const remembered = { authorization: basic('all', 'a') };
  const file = '- { name: all, password: a, rights: [read, register, operate] }';
  for (const [what, flags, sent] of [
    ['without credentials', {}, {}],
    ['with anything allowed', { 'auth.anonymous': ['read', 'register', 'operate'] }, {}],
    ['with the credentials of somebody who may do everything', 'a file', remembered],
  ] as const)
    test(`changes nothing, ${what}`, async (t) => {
      const options = flags === 'a file' ? { 'auth.file': [temporaryFile(t, 'auth.yaml', file)] } : flags;
      const { url } = await serveForTest(t, { flags: options });
      const ask = (path: string, method: string, headers: Readonly<Record<string, string>>) =>
        httpRequest(url + path, { method, headers: { ...sent, ...headers } });
      for (const path of ['/eureka/apps/A/1', '/eureka/apps/A', '/eurek8s/holds/x/release', '/nothing'])
        for (const from of [{ origin: 'https://example.com' }, { 'sec-fetch-site': 'cross-site' }] as const)
          for (const method of ['PUT', 'POST', 'DELETE']) {
            const { status, body, headers } = await ask(path, method, from);
            assert.deepEqual([status, body], [403, ''], `${method} ${path}`);
            assert.match(String(headers['x-eurek8s-reason']), /^a page of another origin may not do this/);
          }
      assert.equal((await ask('/eureka/apps', 'GET', { origin: 'https://example.com' })).status, 200);
      assert.equal((await ask('/eureka/apps/A/1', 'PUT', { origin: url })).status, 404);
    });
});
