import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { runProgram } from '../../server/cli/program.ts';
import { runCli, startCli } from '../support/cli-process.ts';
import { testShell } from '../support/shell.ts';

async function listening(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

test('help and version come without any configuration', async () => {
  const help = await runCli(['--help']);
  assert.equal(help.code, 0);
  for (const command of ['serve', 'check', 'demo', 'explain', 'holds'])
    assert.match(help.out, new RegExp(`^  ${command} `, 'm'));
  assert.deepEqual(await runCli(['--version']), { code: 0, out: `${packageJson.version}\n`, err: '' });
});

test('serve without a source explains how to give one, and exits with 2', async () => {
  const { code, out, err } = await runCli(['serve']);
  assert.equal(code, 2);
  assert.equal(out, '');
  for (const key of ['legacy.urls', 'clusters', 'manifests', 'leases.enabled'])
    assert.match(err, new RegExp(`^ +${key.replace('.', '\\.')} `, 'm'));
});

test('--print-config of the environment hides secrets', async () => {
  const environment = { EUREK8S_LEGACY_URLS: 'http://user:secret@eureka-1:8761/eureka', EUREK8S_READ_ONLY: 'true' };
  const { code, out, err } = await runCli(['--print-config'], environment);
  assert.equal(code, 0, err);
  assert.match(out, /# environment EUREK8S_LEGACY_URLS\n {2}urls:\n {4}- http:\/\/\*\*\*@eureka-1:8761\/eureka\n/);
  assert.doesNotMatch(out, /secret/);
});

test('a port in use is one clear line, and the exit code is 1', async (t) => {
  const port = await listening(t, () => undefined);
  const words = ['serve', '--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', String(port)];
  const { code, err } = await runCli(words);
  assert.equal(code, 1, err);
  const message = 'the port is in use by another process';
  assert.equal(err, `eurek8s: cannot listen on 127.0.0.1:${port} (listen.host, listen.port): ${message}\n`);
});

test('SIGTERM stops the server in good order, with its log complete', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const server = startCli(['serve', '--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', '0']);
    await server.seen('"serving"');
    server.signal(signal);
    const { code, out, err } = await server.ended;
    assert.equal(code, 0, err);
    assert.match(out, /"msg":"stopped"/);
    for (const line of out.trimEnd().split('\n')) assert.equal(typeof JSON.parse(line), 'object');
  }
});

test('SIGHUP changes nothing, and is logged', async () => {
  const server = startCli(['serve', '--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', '0']);
  await server.seen('"serving"');
  server.signal('SIGHUP');
  await server.seen('SIGHUP changes nothing');
  server.signal('SIGTERM');
  assert.equal((await server.ended).code, 0);
});

test('check explains what it means that a source is not required', async () => {
  const { out } = await runCli([
    'check',
    '--legacy.urls',
    'http://127.0.0.1:9/eureka',
    '--legacy.required',
    'false',
    '--clusters',
    '[{ name: west, kubeconfig: /no/such/file, required: false }, { name: east, kubeconfig: /no/such/file }]',
  ]);
  const means =
    'when Eurek8s starts while it is away, reads are answered without it, and callers drop all its instances';
  assert.match(out, new RegExp(`^! legacy: legacy.required: false: ${means}$`, 'm'));
  assert.match(out, new RegExp(`^! cluster west: required: false: ${means}$`, 'm'));
  assert.doesNotMatch(out, /^! cluster east/m);
});

test('check reports for each source whether it works, and why not', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-'));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'bob.yaml'), 'kind: Ingress\nmetadata: { name: bob }\n');
  const registry = { applications: { application: [{ name: 'BOB', instance: [{}, {}] }] } };
  const port = await listening(t, (request, response) => {
    const isAllowed = request.headers.authorization === `Basic ${Buffer.from('user:secret').toString('base64')}`;
    response.statusCode = !isAllowed ? 401 : request.url === '/eureka/apps' ? 200 : 404;
    response.end(response.statusCode === 200 ? JSON.stringify(registry) : '');
  });
  const good = [
    '--legacy.urls',
    `http://user:secret@127.0.0.1:${port}/eureka`,
    '--manifests',
    `{ name: local, directory: ${directory} }`,
  ];
  const passed = await runCli(['check', ...good]);
  assert.equal(passed.code, 0, passed.out + passed.err);
  assert.match(passed.out, /^✓ legacy http:\/\/127\.0\.0\.1:\d+\/eureka: 2 instances of 1 application, \d+ ms$/m);
  assert.match(passed.out, /^✓ manifests local: .*: 1 file$/m);

  const bad = [
    `--legacy.urls=http://user:wrong@127.0.0.1:${port}/eureka`,
    `--legacy.urls=http://user:secret@127.0.0.1:${port}`,
    '--clusters={ name: main, kubeconfig: /nonexistent }',
    '--manifests={ name: none, directory: /nonexistent }',
  ];
  writeFileSync(join(directory, 'carol.yaml'), 'kind: Ingress\nmetadata: { name: carol\n');
  const failed = await runCli(['check', ...good, ...bad]);
  assert.equal(failed.code, 1);
  assert.match(failed.out, /^✓ legacy /m);
  assert.match(failed.out, /^✗ legacy .*: answered 401: the credentials/m);
  assert.match(failed.out, /^✗ legacy .*: answered 404: no Eureka at this path/m);
  assert.match(failed.out, /^✗ cluster main: .*\/nonexistent does not exist or cannot be read$/m);
  assert.match(failed.out, /^✗ manifests local: .*\/carol\.yaml:\d: .+$/m);
  assert.match(failed.out, /^✗ manifests none: \/nonexistent: does not exist$/m);
  assert.doesNotMatch(failed.out + failed.err, /secret|wrong/);
});

test('passwords reach the server as they are written, a % and quotes in them too', async (t) => {
  const heard: (string | undefined)[] = [];
  const port = await listening(t, (request, response) => {
    heard.push(request.headers.authorization);
    response.end('{"applications":{"application":[]}}');
  });
  const passwords = ['50%off', '60%25off', "a'b<c d", 'a,b@c:d', 'p%C3%A4+'];
  const urls = passwords.map((password) => `http://user:${password}@127.0.0.1:${port}/eureka`);
  const checked = await runCli(['check', '--legacy.urls', urls.join(',')]);
  assert.equal(checked.code, 0, checked.out + checked.err);
  for (const url of urls.slice(0, 3)) await runCli(['explain', 'BOB', '--server', url]);
  const sent = ['50%off', '60%off', "a'b<c d", 'a,b@c:d', 'pä+'].map(
    (password) => `Basic ${Buffer.from(`user:${password}`).toString('base64')}`,
  );
  assert.deepEqual(new Set(heard.slice(0, 5)), new Set(sent));
  assert.deepEqual(heard.slice(5), sent.slice(0, 3));
});

test('an error on the command line shows none of its secrets', async () => {
  const url = "http://bobby:se'c<r et@eureka-1:8761/eureka?token=abc";
  for (const words of [
    ['serve', url],
    ['serve', '--legacy.urls', ...url.split(' ')],
    ['serve', '--eureka', ...url.split(' ')],
    [url],
    ['explain', 'BOB', url],
    ['explain', 'BOB', '--server', url.replace('http', 'ftp')],
    ['demo', '--port', url],
    ['serve', `--config=${url}`],
  ]) {
    const { code, out, err } = await runCli(words);
    assert.notEqual(code, 0);
    assert.notEqual(err, '', words.join(' '));
    assert.doesNotMatch(out + err, /bobby|se'c|r et|et@|abc/, words.join(' '));
  }
});

test('check without a legacy warns, and passes', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const { code, out } = await runCli(['check', `--manifests={ name: local, directory: ${directory} }`]);
  assert.equal(code, 0, out);
  assert.match(out, /^✓ configuration: .*\n! legacy: none is given/);
});

test("explain prints the server's answer, and its refusals as failures", async (t) => {
  const port = await listening(t, (request, response) => {
    const isKnown = request.url === '/eurek8s/explain/BOB' && request.headers.accept === 'text/plain';
    response.writeHead(isKnown ? 200 : 404, isKnown ? {} : { 'x-eurek8s-reason': 'no such application' });
    response.end(isKnown ? 'BOB 1 entry' : 'no such application\n');
  });
  const server = `http://127.0.0.1:${port}`;
  assert.deepEqual(await runCli(['explain', 'BOB', '--server', server]), { code: 0, out: 'BOB 1 entry\n', err: '' });
  const unknown = await runCli(['explain', 'a/b'], { EUREK8S_SERVER: server });
  assert.deepEqual(unknown, { code: 1, out: '', err: `eurek8s: ${server}: no such application\n` });
});

test('explain reports that there is no server at the address', async () => {
  const { code, err } = await runCli(['explain', 'BOB', '--server', 'http://user:secret@127.0.0.1:1']);
  assert.equal(code, 2);
  assert.equal(err, 'eurek8s: http://127.0.0.1:1 does not answer: connection refused (is the server running?)\n');
});

test('what was meant is said of words that a command does not take', async () => {
  const shell = testShell({ environment: {} });
  assert.equal(await runProgram(['holds', 'legacy-1'], shell), 2);
  assert.match(shell.written.err, /holds release legacy-1, or holds keep legacy-1/);
  for (const [word, meant] of [
    ['relese', 'release'],
    ['kep', 'keep'],
  ] as const) {
    const mistyped = testShell({ environment: {} });
    assert.equal(await runProgram(['holds', word, 'legacy-1'], mistyped), 2);
    assert.equal(mistyped.written.err, `error: unknown command '${word}' of holds\n(Did you mean ${meant}?)\n`);
  }
  const help = testShell({ environment: {} });
  assert.equal(await runProgram(['help', 'explan'], help), 2);
  assert.match(help.written.err, /unknown command 'explan'\n\(Did you mean explain\?\)/);
});
