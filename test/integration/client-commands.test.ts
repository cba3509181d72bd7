import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { runProgram } from '../../server/cli/program.ts';
import { TestAuthority } from '../support/certificates.ts';
import { temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { serveForTest } from '../support/running-server.ts';
import { testShell } from '../support/shell.ts';
import { freePort } from '../testbed/ports.ts';

const FILE = `
- { name: reader, password: "r:1 ä", rights: [read] }
- { name: operator, token: t-1, rights: [read, operate] }
`;

async function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const shell = testShell({ environment });
  const code = await runProgram(words, shell);
  return { code, ...shell.written };
}

async function serve(t: TestContext, more: Readonly<Record<string, readonly string[]>> = {}) {
  return serveForTest(t, {
    flags: { 'auth.file': [temporaryFile(t, 'auth.yaml', FILE)], 'auth.anonymous': ['register'], ...more },
  });
}

describe('commands that ask a server with passwords', () => {
  test('show a user, a token, or what stands in the URL; a flag goes first, the environment last', async (t) => {
    const { url } = await serve(t);
    await registerInstance(`${url}/eureka`, { app: 'orders', port: 8080 });
    const explain = ['explain', 'orders', '--server'];
    const user = url.replace('://', '://reader:r%3A1%20%C3%A4@');
    const wrong = url.replace('://', '://reader:wrong@');
    for (const [words, environment] of [
      [[...explain, url, '--user', 'reader:r:1 ä'], {}],
      [[...explain, url, '--token', 't-1'], {}],
      [[...explain, user], {}],
      [[...explain, user], { EUREK8S_TOKEN: 'wrong' }],
      [[...explain, wrong, '--token', 't-1'], { EUREK8S_USER: 'reader:wrong' }],
      [[...explain, url], { EUREK8S_USER: 'reader:r:1 ä' }],
      [[...explain, url], { EUREK8S_TOKEN: 't-1' }],
    ] as const) {
      const { code, out, err } = await run(words, environment);
      assert.deepEqual([code, err], [0, ''], words.join(' '));
      assert.match(out, /^ORDERS: /);
    }
    for (const words of [['apps'], ['explain', 'orders'], ['wait', 'orders'], ['holds']]) {
      const { err } = await run([...words, '--server', url]);
      assert.match(err, /: credentials are needed here: .* \(--user, --token, EUREK8S_USER or EUREK8S_TOKEN\)\n$/);
      const { err: unknown } = await run([...words, '--server', url, '--token', 'geheim']);
      assert.match(unknown, /: these credentials are not known here\n$/);
    }
    for (const words of [
      [...explain, url],
      [...explain, wrong],
      [...explain, url, '--token', 'geheim'],
    ]) {
      const { code, err } = await run(words);
      assert.equal(code, 1);
      assert.match(err, /^eurek8s: http:\/\/\S+: (credentials are needed here|these credentials are not known here)/);
    }
  });

  test('operate with the right for it alone, from wherever they are', async (t) => {
    const { url } = await serve(t);
    const release = ['holds', 'release', 'legacy-00000000', '--server', url];
    const may = await run([...release, '--token', 't-1']);
    assert.deepEqual([may.code, /there is no hold legacy-00000000 here/.test(may.err)], [1, true]);
    const mayNot = await run([...release, '--user', 'reader:r:1 ä']);
    assert.deepEqual([mayNot.code, /these credentials lack the right operate/.test(mayNot.err)], [1, true]);
    assert.equal((await run(['holds', '--server', url, '--token', 't-1'])).code, 0);
  });

  test('are told what is wrong with what they are given, never with the secret', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const [certificate, other] = [authority.server(), authority.server()];
    for (const [words, environment, problem] of [
      [['--token', 'geheim', '--user', 'a:geheim'], {}, /--token and --user exclude each other/],
      [[], { EUREK8S_TOKEN: 'geheim', EUREK8S_USER: 'a:geheim' }, /EUREK8S_TOKEN and EUREK8S_USER exclude each other/],
      [['--user', 'geheim'], {}, /the user needs a password: NAME:PASSWORD/],
      [['--token', 'geheim geheim'], {}, /the token has blanks/],
      [['--ca', join(temporaryDirectory(t), 'none')], {}, /^eurek8s: --ca \/\S+none: there is no such file\n$/],
      [[], { EUREK8S_CA: temporaryDirectory(t) }, /^eurek8s: EUREK8S_CA \S+: is a directory, not a file\n$/],
      [['--ca', certificate.key], {}, /^eurek8s: --ca \S+\.key: has no certificate in PEM form\n$/],
      [[], { EUREK8S_CA: certificate.key }, /^eurek8s: EUREK8S_CA \S+\.key: has no certificate in PEM form\n$/],
      [['--cert', certificate.cert], {}, /needs its key, .*: --cert is given alone\n$/],
      [[], { EUREK8S_KEY: certificate.key }, /needs its key, .*: EUREK8S_KEY is given alone\n$/],
      [['--cert', certificate.cert, '--key', other.key], {}, /^eurek8s: --key \S+: is not the key of \S+\.crt\n$/],
      [['--tokn', 'geheim'], {}, /unknown option '--tokn'/],
    ] as const)
      for (const command of [['explain', 'a'], ['holds'], ['holds', 'release', 'x']]) {
        const { code, err } = await run([...command, ...words], environment);
        assert.equal(code, 2, err);
        assert.match(err, problem);
        assert.doesNotMatch(err, /geheim/);
      }
  });

  test('believe a server by the authority that they are given', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const { cert, key } = authority.server();
    const { url, tlsUrl = '' } = await serve(t, {
      'listen.tls.cert': [cert],
      'listen.tls.key': [key],
      'listen.tls.port': [`${await freePort()}`],
    });
    const holds = ['holds', '--server', tlsUrl, '--token', 't-1'];
    assert.equal((await run([...holds, '--ca', authority.files.cert])).code, 0);
    assert.equal((await run(holds, { EUREK8S_CA: authority.files.cert })).code, 0);
    const plain = await run(['holds', '--server', url.replace('http:', 'https:')]);
    assert.deepEqual(
      [plain.code, plain.err],
      [
        2,
        `eurek8s: ${url.replace('http:', 'https:')} does not answer: no TLS is spoken at this port (is it meant for http://?)\n`,
      ],
    );
    const without = await run(holds);
    assert.deepEqual(
      [without.code, without.err],
      [
        2,
        `eurek8s: ${tlsUrl} does not answer: its certificate is not believed: unable to verify the first certificate; --ca FILE (EUREK8S_CA) names its authority\n`,
      ],
    );
    const http = tlsUrl.replace('https:', 'http:');
    const untied = await run(['holds', '--server', http]);
    assert.deepEqual(
      [untied.code, untied.err],
      [2, `eurek8s: ${http} does not answer: the other side closed the connection (is it meant for https://?)\n`],
    );
  });

  test('show a client certificate, where one is required, too', async (t) => {
    const authority = new TestAuthority(temporaryDirectory(t));
    const { cert, key } = authority.server();
    const auth = '- { name: batch, certificate: "CN=batch", rights: [read, operate] }';
    const { url } = await serveForTest(t, {
      flags: {
        'listen.tls.cert': [cert],
        'listen.tls.key': [key],
        'listen.tls.clientCa': [authority.files.cert],
        'listen.tls.clientAuth': ['require'],
        'auth.file': [temporaryFile(t, 'auth.yaml', auth)],
      },
    });
    const batch = authority.issue({ subject: '/CN=batch' });
    const ended = authority.issue({ subject: '/CN=batch', days: -1 });
    const ca = ['--ca', authority.files.cert];
    const shown = ['--cert', batch.cert, '--key', batch.key];
    for (const words of [['sources'], ['holds'], ['apps'], ['callers'], ['export', 'zuul']])
      assert.deepEqual((await run([...words, '--server', url, ...ca, ...shown])).code, 0, words.join(' '));
    const sources = ['sources', '--server', url, ...ca];
    assert.equal((await run(sources, { EUREK8S_CERT: batch.cert, EUREK8S_KEY: batch.key })).code, 0);
    const without = await run(sources);
    const wants = '(does it want a client certificate? --cert FILE --key FILE)\n';
    assert.deepEqual([without.code, without.err.endsWith(wants)], [2, true], without.err);
    const late = await run([...sources, '--cert', ended.cert, '--key', ended.key]);
    assert.deepEqual(
      [late.code, /\(does it not believe the client certificate\? /.test(late.err)],
      [2, true],
      late.err,
    );
  });

  test('take the page of a proxy that asks for a password for no answer', async (t) => {
    const proxy = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in</html>'),
    ).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    t.after(() => proxy.close());
    const server = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const listings = ['apps', 'diff', 'changes', 'callers', 'migration', 'holds'].map((name) => [name]);
    for (const words of [...listings, ['export', 'zuul'], ['explain', 'orders'], ['wait', 'orders']])
      for (const json of words[0] === 'export' ? [[]] : [[], ['--json']]) {
        const { code, out, err } = await run([...words, ...json, '--server', server]);
        assert.equal(code, 2, words.join(' '));
        assert.match(out + err, /answers, but not as Eurek8s does/);
        assert.doesNotMatch(out + err, /Sign in|SyntaxError/);
      }
  });

  test('take what another server answers for no answer, and the reasons of Eurek8s for what they are', async (t) => {
    const other = createServer((request, response) => {
      const status = Number(request.headers.authorization?.slice('Bearer '.length));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"status":404,"error":"Not Found"}');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const server = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { url } = await serve(t);
    const asked = [['apps'], ['sources'], ['explain', 'orders'], ['whatif', 'orders'], ['holds', 'release', 'x']];
    for (const words of [...asked, ['wait', 'orders'], ['export', 'zuul']])
      for (const json of words[0] === 'export' ? [[]] : [[], ['--json']])
        for (const status of ['404', '401', '400']) {
          const { code, out, err } = await run([...words, ...json, '--server', server, '--token', status]);
          assert.equal(code, 2, `${words.join(' ')} ${status}: ${out}${err}`);
          assert.ok((out + err).includes(`${server} answers, but not as Eurek8s does (HTTP ${status})`), out + err);
        }
    // A proxy before a server that is away.
    const away = await run(['apps', '--server', server, '--token', '503']);
    assert.deepEqual([away.code, away.err], [2, `eurek8s: ${server}: the server answered HTTP 503\n`]);
    for (const words of [
      ['explain', 'nobody'],
      ['whatif', 'nobody'],
    ]) {
      const { code, err } = await run([...words, '--server', url, '--token', 't-1']);
      assert.deepEqual([code, err.startsWith(`eurek8s: ${url}: nothing is known of NOBODY`)], [1, true], err);
    }
  });
});
