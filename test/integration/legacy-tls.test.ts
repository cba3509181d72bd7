import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { check } from '../../server/cli/check.ts';
import { TestAuthority, type CertificateFiles } from '../support/certificates.ts';
import { loaded } from '../support/config.ts';
import { temporaryDirectory } from '../support/credentials.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { testShell } from '../support/shell.ts';
import { until } from '../testbed/until.ts';

interface Seen {
  readonly method: string;
  /** Common name of the client's certificate; undefined: it has shown none. */
  readonly client: string | undefined;
  readonly authorization: string | undefined;
}

const EMPTY = '{"applications":{"versions__delta":"1","apps__hashcode":"","application":[]}}';

/** A legacy behind TLS: who asks it, and where it sends him. */
class FakeTlsLegacy {
  readonly seen: Seen[] = [];
  redirectTo: string | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(t: TestContext, { cert, key }: CertificateFiles, authority: TestAuthority, ca: string) {
    const material = { cert: authority.read(cert), key: authority.read(key), ca };
    const server = createServer({ ...material, requestCert: true, rejectUnauthorized: false });
    const fake = new FakeTlsLegacy(server);
    server.on('request', ({ socket, method = '', headers, url = '' }, response) => {
      const { subject }: Partial<PeerCertificate> = (socket as TLSSocket).getPeerCertificate();
      fake.seen.push({ method, client: subject?.CN?.toString(), authorization: headers.authorization });
      if (fake.redirectTo !== undefined) response.writeHead(307, { location: fake.redirectTo + url }).end();
      else if (method === 'GET') response.setHeader('content-type', 'application/json').end(EMPTY);
      else response.writeHead(200, { 'content-length': 0 }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return fake;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

function parts(t: TestContext) {
  const directory = temporaryDirectory(t);
  const authority = new TestAuthority(directory);
  const clients = new TestAuthority(directory, 'clients');
  const client = (name: string): CertificateFiles => clients.issue({ subject: `/CN=${name}` });
  const first = client('first');
  const files = { cert: join(directory, 'client.crt'), key: join(directory, 'client.key') };
  const show = ({ cert, key }: CertificateFiles): void => {
    cpSync(cert, files.cert);
    cpSync(key, files.key);
  };
  show(first);
  const flags = (urls: readonly string[]) => ({
    'leases.enabled': ['false'],
    'legacy.urls': urls,
    'legacy.pollInterval': ['100ms'],
    'legacy.tls.ca': [authority.files.cert],
    'legacy.tls.cert': [files.cert],
    'legacy.tls.key': [files.key],
  });
  const start = () => FakeTlsLegacy.start(t, authority.server(), authority, clients.pem);
  return { authority, client, show, flags, start };
}

const withUser = (origin: string): string => origin.replace('https://', 'https://user:secret@');

test('a private authority is believed, and the certificate is shown, also after it has changed', async (t) => {
  const { client, show, flags, start } = parts(t);
  const legacy = await start();
  const { url } = await serveForTest(t, { flags: flags([`${legacy.origin}/eureka`]) });
  await until('reads', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  assert.equal((await httpRequest(`${url}/eureka/apps/A/1`, { method: 'PUT' })).status, 200);
  assert.deepEqual(new Set(legacy.seen.map((each) => each.client)), new Set(['first']));
  assert.ok(legacy.seen.some(({ method }) => method === 'PUT'));
  show(client('second'));
  await until('the second certificate', async () => legacy.seen.at(-1)?.client === 'second');
  const before = legacy.seen.length;
  await until('further polls', async () => legacy.seen.length > before + 5);
  assert.ok(legacy.seen.slice(before).every((each) => each.client === 'second'));
  assert.match((await httpRequest(`${url}/eurek8s/sources`)).body, /"option":"legacy\.tls","state":"current"/);
});

test('a server of another authority is not believed', async (t) => {
  const { flags, start } = parts(t);
  const { flags: others } = parts(t);
  const legacy = await start();
  const { url } = await serveForTest(t, { flags: others([`${legacy.origin}/eureka`]) });
  await until('a failed poll', async () => /certificate/.test((await httpRequest(`${url}/eurek8s/sources`)).body));
  assert.equal((await httpRequest(`${url}/readyz`)).status, 503);
  assert.deepEqual(legacy.seen, []);
  const shell = testShell({ clock: systemClock(Date.now) });
  const right = await check(loaded({ flags: flags([`${legacy.origin}/eureka`]) }), shell);
  assert.deepEqual([right, /^✓ legacy https:\S+: 0 instances/m.test(shell.written.out)], [0, true], shell.written.out);
  const wrong = testShell({ clock: systemClock(Date.now) });
  assert.equal(await check(loaded({ flags: others([`${legacy.origin}/eureka`]) }), wrong), 1);
});

test('where a redirect leads sees neither the certificate nor the password', async (t) => {
  const { flags, start } = parts(t);
  const [legacy, other] = [await start(), await start()];
  legacy.redirectTo = other.origin;
  const { url } = await serveForTest(t, { flags: flags([`${withUser(legacy.origin)}/eureka`]) });
  await until('reads', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  await httpRequest(`${url}/eureka/apps/A/1`, { method: 'PUT' });
  assert.ok(legacy.seen.every(({ client, authorization }) => client === 'first' && authorization !== undefined));
  assert.ok(other.seen.some(({ method }) => method === 'PUT') && other.seen.some(({ method }) => method === 'GET'));
  assert.ok(other.seen.every(({ client, authorization }) => client === undefined && authorization === undefined));
  // And back again: the origin of the configuration is known wherever one comes from.
  other.redirectTo = undefined;
  legacy.redirectTo = undefined;
  const before = legacy.seen.length;
  await until('polls of the legacy itself', async () => legacy.seen.length > before + 3);
  assert.ok(legacy.seen.slice(before).every(({ client }) => client === 'first'));
});
