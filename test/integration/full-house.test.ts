import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { basic, temporaryFile } from '../support/credentials.ts';
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

/** A server that has six connections at most. */
async function houseOfSix(t: TestContext): Promise<House> {
  const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: geheim, rights: [read] }');
  const { url } = await serveForTest(t, { flags: { 'auth.file': [file] }, limits: { connections: 6 } });
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
