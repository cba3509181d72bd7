import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { constants, networkInterfaces } from 'node:os';
import { test, type TestContext } from 'node:test';
import { startCli } from '../support/cli-process.ts';
import { httpRequest } from '../support/http-request.ts';
import { openConnection } from '../support/raw-http.ts';
import { until } from '../testbed/until.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((some) => some?.some(({ address }) => address === '::1'));

/** Preloaded: makes `listen` fail as the kernel of a machine without IPv6 does, below Node's own modules. */
const withoutIpv6 = `process.binding('tcp_wrap').TCP.prototype.bind6 = () => -${constants.errno.EAFNOSUPPORT}`;

/** Runs `serve` without an address in its configuration. Returns its port. */
async function serving(t: TestContext, environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const server = startCli(['serve', '--leases.enabled', '--listen.port', '0'], environment);
  t.after(() => server.signal('SIGTERM'));
  const port = /"url":"http:\/\/localhost:(\d+)"/.exec(await server.seen('"serving"'))?.[1];
  assert.ok(port !== undefined);
  return Number(port);
}

test('by default IPv4 and IPv6 are both answered', async (t) => {
  const port = await serving(t);
  for (const host of hasIpv6 ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'])
    assert.equal((await httpRequest(`http://${host}:${port}/healthz`)).status, 200, host);
  if (!hasIpv6) t.diagnostic('this machine has no IPv6: only IPv4 was asked');
});

test('on a machine without IPv6 the default is IPv4', async (t) => {
  const port = await serving(t, {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(withoutIpv6)}`,
  });
  assert.equal((await httpRequest(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

test('a port that is taken on one family alone is an error, not a server on the other', async (t) => {
  if (!hasIpv6) return t.skip('this machine has no IPv6');
  const other = createServer().listen({ host: '::', port: 0, ipv6Only: true });
  await once(other, 'listening');
  t.after(() => other.close());
  const address = other.address();
  assert.ok(address !== null && typeof address === 'object');
  const { code, err } = await startCli(['serve', '--leases.enabled', '--listen.port', String(address.port)]).ended;
  assert.equal(code, 1, err);
  assert.match(err, new RegExp(String.raw`cannot listen on \[::\]:${address.port} .*in use`));
});

test('with few open files fewer connections are taken, as files of our own are needed beside them', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux says how many files may be open');
  const words = ['serve', '--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', '0'];
  const server = startCli(words, {}, 120_000, 400);
  t.after(() => server.signal('SIGTERM'));
  const log = await server.seen('"serving"');
  assert.match(log, /"openFiles":400,"connections":272,"msg":"the limit of open files allows fewer connections/);
  const url = `http://127.0.0.1:${/"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(log)?.[1]}`;
  const held = await Promise.all(Array.from({ length: 280 }, () => openConnection(url)));
  for (const socket of held) socket.resume();
  await until('eight are ended', async () => held.filter(({ destroyed }) => destroyed).length === 8);
  for (const socket of held) socket.destroy();
  const metrics = await until('the others are seen to be gone', async () => httpRequest(`${url}/metrics`));
  assert.match(metrics.body, /^eurek8s_connections_cut_total\{reason="limit"\} ([8-9]|\d\d+)$/m);
});
