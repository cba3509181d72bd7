import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { TestAuthority } from '../support/certificates.ts';
import { basic, temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { httpRequest } from '../support/http-request.ts';
import { openConnection } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const CREDENTIALS = { authorization: basic('fleet', 'geheim') };

interface House {
  /** Whether a request on a new connection is answered with 200. */
  readonly letsIn: (path: string, headers?: Readonly<Record<string, string>>) => Promise<boolean>;
  /** One that stays open after its requests. */
  readonly idle: (...requests: readonly (keyof typeof REQUESTS)[]) => Promise<Socket>;
}

const REQUESTS = {
  admitted: [`GET /eureka/apps HTTP/1.1\r\nauthorization: ${CREDENTIALS.authorization}\r\n\r\n`, 200],
  refused: ['GET /eureka/apps HTTP/1.1\r\n\r\n', 401],
  probe: ['GET /healthz HTTP/1.1\r\n\r\n', 200],
} as const;

function fleetFile(t: TestContext): string {
  return temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim, rights: [read] }');
}

/** A server that has six connections at most. */
async function houseOfSix(t: TestContext): Promise<House> {
  const { url } = await serveForTest(t, { flags: { 'auth.file': [fleetFile(t)] }, limits: { connections: 6 } });
  return {
    letsIn: async (path, headers = {}) => {
      const answer = await httpRequest(`${url}${path}`, { headers }).catch(() => undefined);
      return answer?.status === 200;
    },
    idle: async (...requests) => {
      const socket = await openConnection(url);
      t.after(() => void socket.destroy());
      for (const [text, status] of requests.map((name) => REQUESTS[name])) {
        socket.write(text);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        assert.match(answer.toString('latin1'), new RegExp(`^HTTP/1.1 ${status} `));
      }
      return socket.resume();
    },
  };
}

test('connections on which a request was refused go when there is no room for others, and no others do', async (t) => {
  const { letsIn, idle } = await houseOfSix(t);
  const stay = [await idle('admitted'), await idle('admitted'), await idle('admitted')];
  const go = [await idle('refused'), await idle('refused'), await idle('admitted', 'refused')];
  assert.ok(![...stay, ...go].some(({ closed }) => closed));
  await until('there is room for one with credentials', async () => letsIn('/eureka/apps', CREDENTIALS));
  await until('those that were refused are gone', async () => go.every(({ closed }) => closed));
  assert.ok(!stay.some(({ closed }) => closed));
});

test('so do connections on which nothing but probes has come', async (t) => {
  const { letsIn, idle } = await houseOfSix(t);
  const stay = [await idle('admitted'), await idle('probe', 'admitted'), await idle('admitted', 'probe')];
  const go = [await idle('probe'), await idle('probe', 'probe'), await idle('probe', 'refused')];
  assert.ok(![...stay, ...go].some(({ closed }) => closed));
  await until('there is room for one with credentials', async () => letsIn('/eureka/apps', CREDENTIALS));
  await until('those of probes are gone', async () => go.every(({ closed }) => closed));
  assert.ok(!stay.some(({ closed }) => closed));
});

test('a probe is answered where others keep all connections', async (t) => {
  const { letsIn, idle } = await houseOfSix(t);
  for (let i = 0; i < 6; i++) await idle('probe');
  await until('there is room for one more', async () => letsIn('/healthz'));
});

test('so does the older half of those on which no request has come', async (t) => {
  const { letsIn, idle } = await houseOfSix(t);
  const stay = [await idle('admitted'), await idle('admitted')];
  const [silent, half] = [await idle(), await idle()];
  half.write('GET /eureka/apps HTTP/1.1\r\nauthor');
  const younger = [await idle(), await idle()];
  await until('there is room for one with credentials', async () => letsIn('/eureka/apps', CREDENTIALS));
  await until('the older ones are gone', async () => silent.closed && half.closed);
  assert.ok(![...stay, ...younger].some(({ closed }) => closed));
});

test('so does the older half of the handshakes', async (t) => {
  const authority = new TestAuthority(temporaryDirectory(t));
  const { cert, key } = authority.server();
  const flags = { 'listen.tls.cert': [cert], 'listen.tls.key': [key], 'auth.file': [fleetFile(t)] };
  const { url } = await serveForTest(t, { flags, limits: { connections: 6 } });
  const agent = new Agent({ keepAlive: true, ca: authority.pem });
  t.after(() => agent.destroy());
  const letsIn = async (options: RequestOptions): Promise<boolean> =>
    new Promise((resolve) => {
      request(`${url}/eureka/apps`, { headers: CREDENTIALS, ...options }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode === 200));
      })
        .once('error', () => resolve(false))
        .end();
    });
  assert.ok(await letsIn({ agent }));
  const admitted = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  assert.equal(admitted.length, 1);
  const begun: Socket[] = [];
  for (let i = 0; i < 5; i++) begun.push((await openConnection(url)).resume());
  t.after(() => begun.forEach((each) => each.destroy()));
  await until('there is room for one with credentials', async () => letsIn({ agent: false, ca: authority.pem }));
  await until('the older ones are gone', async () => begun.slice(0, 2).every(({ closed }) => closed));
  assert.ok(![...admitted, ...begun.slice(2)].some(({ closed }) => closed));
});

test('where there are no credentials, no connection shows more than another, and none goes', async (t) => {
  const { url } = await serveForTest(t, { limits: { connections: 6 } });
  const silent = await Promise.all(Array.from({ length: 6 }, async () => openConnection(url)));
  t.after(() => silent.forEach((each) => each.destroy()));
  await assert.rejects(httpRequest(`${url}/healthz`));
  for (const each of silent) {
    each.write('GET /eureka/apps HTTP/1.1\r\n\r\n');
    const [answer] = (await once(each, 'data')) as [Buffer];
    assert.match(answer.toString('latin1'), /^HTTP\/1.1 200 /);
  }
});
