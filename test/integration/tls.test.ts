import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { describe, test, type TestContext } from 'node:test';
import { basic, temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { TestAuthority, type CertificateFiles } from '../support/certificates.ts';
import { registration } from '../support/fake-eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly reason: string;
  /** The certificate that the server showed. */
  readonly serial: string;
}

async function ask(url: string, options: RequestOptions & { readonly body?: string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const question = request(url, { agent: false, timeout: 10_000, ...options }, (answer) => {
      // Not there when a session is taken up again.
      const { raw }: { readonly raw?: Buffer } = (answer.socket as TLSSocket).getPeerCertificate();
      const { statusCode: status = 0, headers } = answer;
      const serial = raw === undefined ? '' : new X509Certificate(raw).serialNumber;
      const reason = String(headers['x-eurek8s-reason'] ?? '');
      text(answer).then((body) => resolve({ status, body, reason, serial }), reject);
    });
    question.once('error', reject).end(options.body);
  });
}

/** A certificate and its key in a directory that is mounted as Kubernetes mounts a Secret. */
class MountedPair {
  readonly flags: Readonly<Record<'listen.tls.cert' | 'listen.tls.key', readonly string[]>>;
  readonly #directory: string;
  #generation = 0;

  constructor(t: TestContext, first: CertificateFiles) {
    this.#directory = temporaryDirectory(t);
    this.put(first);
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(this.#directory, name));
    const path = (name: string): readonly string[] => [join(this.#directory, name)];
    this.flags = { 'listen.tls.cert': path('tls.crt'), 'listen.tls.key': path('tls.key') };
  }

  put({ cert, key }: CertificateFiles): void {
    const name = join(this.#directory, `..${++this.#generation}`);
    mkdirSync(name);
    cpSync(cert, join(name, 'tls.crt'));
    cpSync(key, join(name, 'tls.key'));
    symlinkSync(name, join(this.#directory, 'new'));
    renameSync(join(this.#directory, 'new'), join(this.#directory, '..data'));
  }
}

const serialOf = (authority: TestAuthority, { cert }: CertificateFiles): string =>
  new X509Certificate(authority.read(cert)).serialNumber;

describe('the one port speaks TLS', () => {
  test('new certificates come into force without an end to connections, broken ones do not', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const [first, second] = [authority.server(), authority.server()];
    const mounted = new MountedPair(t, first);
    const errors: object[] = [];
    const { url } = await serveForTest(t, {
      flags: mounted.flags,
      log: { error: (fields) => void errors.push(fields) },
    });
    assert.match(url, /^https:/);
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.pem });
    t.after(() => agent.destroy());
    const kept = (): Promise<Answer> => ask(`${url}/eurek8s/sources`, { agent });
    const fresh = (): Promise<Answer> => ask(`${url}/`, { ca: authority.pem });
    assert.equal((await kept()).serial, serialOf(authority, first));
    mounted.put(second);
    await until('the second certificate', async () => (await fresh()).serial === serialOf(authority, second));
    assert.equal((await kept()).serial, serialOf(authority, first));
    mounted.put({ cert: first.cert, key: second.key });
    await until('the problem', async () => (await fresh()).body.includes('"outdated"'));
    assert.equal((await fresh()).serial, serialOf(authority, second));
    assert.match((await kept()).body, /tls\.key: is not the key of \S+tls\.crt/);
    assert.match((await ask(`${url}/metrics`, { agent })).body, /eurek8s_file_current\{option="listen.tls"\} 0/);
    assert.equal(errors.length, 1);
    mounted.put(first);
    await until('the first again', async () => (await fresh()).serial === serialOf(authority, first));
    assert.match((await kept()).body, /"state":"current"/);
    assert.match(
      (await ask(`${url}/metrics`, { agent })).body,
      /eurek8s_certificate_end_timestamp_seconds\{option="listen.tls"\} \d{10}/,
    );
  });

  test('a handshake that does not go on is ended in the time that a header has, and counted', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const { flags } = new MountedPair(t, authority.server());
    const { url } = await serveForTest(t, { flags, limits: { headerTimeout: 600 } });
    const { hostname, port } = new URL(url);
    const half = connectPlain(Number(port), hostname);
    t.after(() => void half.destroy());
    half.on('error', () => undefined).resume();
    await once(half, 'connect');
    // The beginning of a ClientHello.
    half.write(Buffer.from('1603010200010001fc0303', 'hex'));
    await once(half, 'close', { signal: AbortSignal.timeout(60_000) });
    const metrics = await ask(`${url}/metrics`, { ca: authority.pem });
    assert.match(metrics.body, /connections_cut_total\{reason="tls"\} 1/);
  });

  test('older TLS, plain HTTP and half handshakes are ended, and do not keep anybody from stopping', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const { flags } = new MountedPair(t, authority.server());
    const server = await serveForTest(t, { flags });
    const { hostname: host, port } = new URL(server.url);
    const old = connect({ host, port: Number(port), ca: authority.pem, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
    await assert.rejects(once(old, 'secureConnect'));
    await assert.rejects(httpRequest(server.url.replace('https', 'http')));
    const half = connectPlain(Number(port), host);
    await once(half, 'connect');
    half.on('error', () => undefined);
    assert.equal((await ask(`${server.url}/healthz`, { ca: authority.pem })).status, 200);
    assert.match(
      (await ask(`${server.url}/metrics`, { ca: authority.pem })).body,
      /connections_cut_total\{reason="tls"\} 2/,
    );
    const ended = once(half, 'close');
    await server.stop();
    await ended;
  });

  test('a certificate that has ended leaves one in force that has not', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const good = authority.server();
    const mounted = new MountedPair(t, good);
    const errors: object[] = [];
    const { url } = await serveForTest(t, {
      flags: mounted.flags,
      log: { error: (fields) => void errors.push(fields) },
    });
    const fresh = (path: string): Promise<Answer> => ask(`${url}${path}`, { ca: authority.pem });
    mounted.put(authority.issue({ subject: '/CN=localhost', names: 'IP:127.0.0.1', days: -1 }));
    await until('the problem', async () => (await fresh('/eurek8s/sources')).body.includes('"outdated"'));
    assert.match((await fresh('/eurek8s/sources')).body, /"problem":"[^"]*tls\.crt: the certificate has ended \(/);
    const { body, serial } = await fresh('/metrics');
    assert.match(body, /eurek8s_file_current\{option="listen.tls"\} 0/);
    assert.equal(serial, serialOf(authority, good));
    assert.equal(errors.length, 1);
    const next = authority.server();
    mounted.put(next);
    await until('the next', async () => (await fresh('/')).serial === serialOf(authority, next));
    assert.match((await fresh('/eurek8s/sources')).body, /"state":"current"/);
    assert.equal(errors.length, 1);
  });

  test('a certificate that ends soon is told of, at the start and when it is read', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const soon = (days: number) => authority.issue({ subject: '/CN=localhost', names: 'IP:127.0.0.1', days });
    const mounted = new MountedPair(t, soon(5));
    const { flags } = mounted;
    const warnings: object[] = [];
    const { url } = await serveForTest(t, { flags, log: { warn: (fields) => void warnings.push(fields) } });
    assert.match(JSON.stringify(warnings), /"option":"listen.tls","note":"the certificate ends in 5 d \(/);
    const headers = { 'user-agent': 'curl/8.5.0', accept: '*/*' };
    assert.match((await ask(`${url}/`, { ca: authority.pem, headers })).body, /^ {2}the certificate ends in 5 d/m);
    mounted.put(soon(3));
    await until('the other', () =>
      Promise.resolve(JSON.stringify(warnings).includes('"option":"listen.tls","note":"the certificate ends in 3 d (')),
    );
  });
});

describe('TLS beside plain HTTP', () => {
  test('both ports together have the limit of connections, and what is beyond it is counted', async (t) => {
    const { flags } = new MountedPair(t, new TestAuthority(temporaryDirectory(t)).server());
    const port = await freePort();
    const { url } = await serveForTest(t, {
      flags: { ...flags, 'listen.tls.port': [`${port}`] },
      limits: { connections: 4 },
    });
    const open = async (to: string): Promise<'kept' | 'ended'> => {
      const socket = connectPlain(Number(new URL(to).port), '127.0.0.1');
      t.after(() => void socket.destroy());
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      // A second is long for a connection that the server ends at once, and nothing depends on it where one is kept.
      const ended = new Promise<'ended'>((resolve) => void socket.once('close', () => resolve('ended')).resume());
      return Promise.race([ended, sleep(1000, 'kept' as const)]);
    };
    const first = await Promise.all([url, url].map(open));
    const second = await Promise.all([0, 1].map(async () => open(`https://127.0.0.1:${port}`)));
    assert.deepEqual([...first, ...second], ['kept', 'kept', 'kept', 'kept']);
    assert.equal(await open(url), 'ended');
    assert.equal(await open(`https://127.0.0.1:${port}`), 'ended');
  });

  test('both are answered, the fast paths and refusals too', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const { flags } = new MountedPair(t, authority.server());
    const port = await freePort();
    const auth = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim, rights: [read, register] }');
    const { url, tlsUrl } = await serveForTest(t, {
      flags: { ...flags, 'listen.tls.port': [`${port}`], 'auth.file': [auth] },
    });
    assert.equal(tlsUrl, `https://127.0.0.1:${port}`);
    const headers = { authorization: basic('fleet', 'geheim'), accept: 'application/json' };
    for (let i = 0; i < 3; i++) {
      assert.equal((await httpRequest(`${url}/eureka/apps`, { headers })).status, 200);
      assert.equal((await ask(`${tlsUrl}/eureka/apps`, { ca: authority.pem, headers })).status, 200);
      assert.equal((await ask(`${tlsUrl}/eureka/apps`, { ca: authority.pem })).status, 401);
      assert.equal((await ask(`${tlsUrl}/eureka/apps/A/1`, { ca: authority.pem, headers, method: 'PUT' })).status, 404);
    }
    assert.match(
      (await ask(`${tlsUrl}/`, { ca: authority.pem, headers: { ...headers, accept: 'text/plain' } })).body,
      /curl https:/,
    );
  });
});

describe('client certificates', () => {
  async function scene(t: TestContext, clientAuth: 'request' | 'require') {
    const directory = temporaryDirectory(t);
    const authority = new TestAuthority(directory);
    const [ours, theirs] = [new TestAuthority(directory, 'clients'), new TestAuthority(directory, 'strangers')];
    const subject = { subject: '/O=Acme/CN=batch' };
    const clientCa = join(directory, 'client-ca.pem');
    writeFileSync(clientCa, ours.pem);
    const auth = temporaryFile(
      t,
      'auth.yaml',
      `- { name: batch, certificate: "CN=batch,O=Acme", rights: [read] }
- { name: boss, token: t, rights: [operate] }
- { name: fleet, token: f, rights: [read, register] }`,
    );
    const warnings: object[] = [];
    const { url } = await serveForTest(t, {
      log: { warn: (fields) => void warnings.push(fields) },
      flags: {
        ...new MountedPair(t, authority.server()).flags,
        'listen.tls.clientCa': [clientCa],
        'listen.tls.clientAuth': [clientAuth],
        'auth.file': [auth],
      },
    });
    const withCertificate = (files: CertificateFiles) => ({
      ca: authority.pem,
      cert: authority.read(files.cert),
      key: authority.read(files.key),
    });
    return {
      url,
      clientCa,
      plain: { ca: authority.pem },
      fleet: { ca: authority.pem, headers: { authorization: 'Bearer f' } },
      good: withCertificate(ours.issue(subject)),
      foreign: withCertificate(theirs.issue(subject)),
      half: withCertificate(ours.issue({ subject: '/CN=batch' })),
      ended: withCertificate(ours.issue({ ...subject, days: -1 })),
      strangers: theirs,
      warned: () => JSON.stringify(warnings),
    };
  }

  test('that are asked for count when they verify, and as none when they do not', async (t) => {
    const { url, plain, good, foreign, half } = await scene(t, 'request');
    const statusOf = async (options: RequestOptions): Promise<number> =>
      (await ask(`${url}/eureka/apps`, options)).status;
    assert.deepEqual(
      [await statusOf(plain), await statusOf(foreign), await statusOf(half), await statusOf(good)],
      [401, 401, 401, 200],
    );
    assert.equal((await ask(`${url}/healthz`, foreign)).status, 200);
    // Its right is to read, whatever is wrong beside it: fleets with certificates may have old passwords in their URLs.
    assert.equal(await statusOf({ ...good, headers: { authorization: basic('batch', 'x') } }), 200);
    assert.equal((await ask(`${url}/eureka/apps/A/1`, { ...good, method: 'PUT' })).status, 403);
    // Whoever shows a wrong password where the certificate is not enough hears of that.
    const wrong = { authorization: basic('batch', 'x') };
    assert.equal((await ask(`${url}/eureka/apps/A/1`, { ...good, method: 'PUT', headers: wrong })).status, 401);
    // Rights add up.
    const token = { authorization: 'Bearer t' };
    const release = { method: 'POST', headers: token };
    assert.equal((await ask(`${url}/eurek8s/holds/x/release`, { ...good, ...release })).status, 404);
    assert.equal((await ask(`${url}/eurek8s/holds/x/release`, { ...plain, ...release })).status, 404);
    assert.equal((await ask(`${url}/eureka/apps`, { ...plain, headers: token })).status, 403);
    assert.equal((await ask(`${url}/eureka/apps`, { ...good, headers: token })).status, 200);
  });

  test('that do not count are told as such, in the answer and in the log', async (t) => {
    const { url, plain, foreign, half, ended, good, warned } = await scene(t, 'request');
    const reasonOf = async (options: RequestOptions): Promise<string> =>
      (await ask(`${url}/eureka/apps`, options)).reason;
    const needed = 'credentials are needed here: user and password in the URL, a bearer token, or a client certificate';
    assert.equal(await reasonOf(plain), needed);
    const doubted = `${needed}; the client certificate of O=Acme,CN=batch counts as none: it `;
    assert.equal(await reasonOf(foreign), `${doubted}has an issuer that is not in listen.tls.clientCa`);
    const reason = await reasonOf(ended);
    assert.ok(reason.startsWith(`${doubted}has ended (`), reason);
    assert.equal(
      await reasonOf(half),
      `${needed}; no credentials name the subject of the client certificate, CN=batch`,
    );
    const headers = { authorization: 'Bearer t' };
    assert.match(await reasonOf({ ...ended, headers }), /^these credentials lack the right read; .* it has ended/);
    assert.equal(
      (await ask(`${url}/eurek8s/holds/x/release`, { ...good, method: 'POST' })).reason,
      'these credentials lack the right operate',
    );
    // A line a minute for each peer and reason.
    assert.match(warned(), /"code":"no-right","reason":"[^"]* it has ended[^"]*",[^}]*"certificate":"O=Acme,CN=batch"/);
  });

  test('count when a session is taken up again, and no more when other authorities are trusted', async (t) => {
    const { url, clientCa, plain, fleet, good, foreign, strangers } = await scene(t, 'request');
    const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 10, ...good });
    t.after(() => agent.destroy());
    const again = new Agent({ maxCachedSessions: 10, ...good });
    t.after(() => again.destroy());
    const reads = async (options: RequestOptions): Promise<number> => (await ask(`${url}/eureka/apps`, options)).status;
    assert.equal(await reads({ agent }), 200);
    assert.deepEqual([await reads({ agent: again }), await reads({ agent: again })], [200, 200]);
    const idle = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    assert.equal(idle.length, 1);
    // A connection with a request under way while the authorities change.
    const busy = new Agent({ keepAlive: true, maxSockets: 1, ...good });
    t.after(() => busy.destroy());
    const waiting = ask(`${url}/eurek8s/wait/carol?timeout=10m`, { agent: busy, timeout: 600_000 });
    await until('that is under way', async () => {
      const { body } = await ask(`${url}/metrics`, fleet);
      return /^eurek8s_callers_total\{credential="batch",shown="known"\} 4$/m.test(body);
    });
    const [used] = Object.values(busy.sockets).flatMap((sockets) => sockets ?? []);
    writeFileSync(clientCa, strangers.pem);
    await until('the other authority', async () => (await reads(foreign)) === 200);
    assert.equal(await reads(good), 401);
    assert.equal(await reads({ agent: again }), 401);
    await until('an idle connection is ended', async () => idle.every(({ destroyed }) => destroyed));
    assert.equal(await reads({ agent }), 401);
    assert.equal(await reads(plain), 401);
    const body = JSON.stringify({ instance: registration('CAROL', 'c-1') });
    const json = { ...fleet.headers, 'content-type': 'application/json' };
    assert.equal(
      (await ask(`${url}/eureka/apps/CAROL`, { ...fleet, method: 'POST', headers: json, body })).status,
      204,
    );
    assert.equal((await waiting).status, 200);
    await until('that connection is ended', async () => used?.destroyed === true);
    assert.equal(await reads({ agent: busy }), 401);
  });

  test('that are required end a connection without one', async (t) => {
    const { url, plain, good, foreign, ended, warned } = await scene(t, 'require');
    assert.equal((await ask(`${url}/eureka/apps`, good)).status, 200);
    for (const options of [plain, foreign, ended, ended])
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
        await assert.rejects(ask(`${url}/healthz`, { ...options, maxVersion }));
    await until('the count', async () =>
      /connections_cut_total\{reason="tls"\} 8\n/.test((await ask(`${url}/metrics`, good)).body),
    );
    // Each reason once a minute.
    for (const [reason, lines] of [
      ['the client has shown no certificate (listen.tls.clientAuth is require)', 1],
      ['the client certificate has an issuer that is not in listen.tls.clientCa', 1],
      ['the client certificate has ended, or one of its issuers has', 1],
    ] as const)
      assert.equal(warned().split(`{"peer":"127.0.0.1","reason":"${reason}"`).length - 1, lines, reason);
  });

  test('that are required are looked for by a probe that leaves again, which is no failure', async (t) => {
    const { url, good, warned } = await scene(t, 'require');
    const { hostname, port } = new URL(url);
    const probe = connectPlain(Number(port), hostname);
    await once(probe, 'connect');
    const ended = once(probe, 'close');
    probe.destroy();
    await ended;
    assert.doesNotMatch((await ask(`${url}/metrics`, good)).body, /connections_cut_total\{reason="tls"\}/);
    assert.equal(warned(), '[]');
  });
});
