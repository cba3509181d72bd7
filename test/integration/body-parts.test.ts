import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import type { HttpServer, ServerParts } from '../../server/http/server.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { someTurns, textOn } from '../support/pipelines.ts';
import { openConnection } from '../support/raw-http.ts';
import { until } from '../testbed/until.ts';

interface Served {
  readonly http: HttpServer;
  readonly url: string;
  /** Bytes of the bodies that have reached their route. */
  readonly taken: number[];
  /** What was refused or ended. */
  readonly refused: string[];
}

async function served(t: TestContext, parts: Partial<ServerParts> = {}): Promise<Served> {
  const refused: string[] = [];
  const http = bareServer({
    limits: { ...DEFAULT_LIMITS, heldBodyBytes: 100_000 },
    countRefusedBody: () => refused.push('too many'),
    countCut: (cut) => refused.push(cut),
    ...parts,
  });
  const taken: number[] = [];
  http.app.post('/write', (request, reply) => {
    taken.push((request.body as Buffer).length);
    return reply.code(204).send();
  });
  return { http, url: await listenBare(t, http), taken, refused };
}

function head(request: string, length = 'transfer-encoding: chunked'): string {
  return `${request} HTTP/1.1\r\nhost: eurek8s\r\ncontent-type: text/plain\r\n${length}\r\n\r\n`;
}

function chunks(count: number, bytes: number): string {
  return `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`.repeat(count);
}

async function sent(t: TestContext, url: string, bytes: string): Promise<[socket: Socket, text: () => string]> {
  const socket = await openConnection(url);
  t.after(() => socket.destroy());
  const text = textOn(socket);
  socket.write(bytes);
  return [socket, text];
}

describe('a body in many parts', () => {
  test('counts as what these take in memory, however few bytes they have', async (t) => {
    const { url, taken, refused } = await served(t);
    const [, first] = await sent(t, url, head('POST /write') + chunks(1000, 1));
    await until('it is refused', async () => first().startsWith('HTTP/1.1 503 '));
    assert.deepEqual(refused, ['too many']);
    const [, second] = await sent(t, url, `${head('POST /write')}${chunks(10, 100)}0\r\n\r\n`);
    await until('one of ordinary parts is taken', async () => second().startsWith('HTTP/1.1 204 '));
    assert.deepEqual(taken, [1000]);
  });

  test('is refused when it is shredded, and its connection ends', async (t) => {
    const { url, taken, refused } = await served(t, { limits: DEFAULT_LIMITS });
    const [socket, text] = await sent(t, url, head('POST /write') + chunks(6000, 1));
    await until('it is closed', async () => socket.closed);
    assert.match(text(), /^HTTP\/1\.1 400 .*x-eurek8s-reason: the body comes in thousands of tiny parts/is);
    assert.deepEqual([taken, refused], [[], ['malformed']]);
  });

  for (const [count, bytes] of [
    [4000, 1],
    [8000, 64],
  ] as const)
    test(`is taken when it is odd, and no more: ${count} of ${bytes} bytes`, async (t) => {
      const { url, taken, refused } = await served(t, { limits: DEFAULT_LIMITS });
      const [, text] = await sent(t, url, `${head('POST /write')}${chunks(count, bytes)}0\r\n\r\n`);
      await until('it is answered', async () => text().startsWith('HTTP/1.1 204 '));
      assert.deepEqual([taken, refused], [[count * bytes], []]);
    });
});

test('bodies count from when they arrive, while their requests wait for a turn', async (t) => {
  const turns: (() => void)[] = [];
  const newTimeSlice = () => ({
    isSpent: () => true,
    next: async () => new Promise<void>((resolve) => turns.push(resolve)),
  });
  const { url, taken, refused } = await served(t, { newTimeSlice });
  const bytes = head('POST /write', 'content-length: 70001') + 'x'.repeat(70_000);
  const texts = [await sent(t, url, bytes), await sent(t, url, bytes), await sent(t, url, bytes)];
  await until('there is no room for two of them', async () => refused.length === 2);
  const answers = (): readonly string[] => texts.map(([, text]) => text().split(' ', 2)[1] ?? '').toSorted();
  await until('the two are told', async () => answers().join() === ',503,503');
  assert.deepEqual(refused, ['too many', 'too many']);
  for (const [socket] of texts) socket.write('x');
  await until('all are taken', async () => {
    for (const turn of turns.splice(0)) turn();
    return taken.length > 0;
  });
  await someTurns();
  assert.deepEqual(taken, [70_001], 'what was refused does not begin when its turn comes');
});

describe('the body of a request that changes nothing', () => {
  const large = `content-length: 80001`;

  test('is not waited for, and counts nowhere', async (t) => {
    const { url, taken, refused } = await served(t);
    for (let i = 0; i < 3; i++) {
      const [, text] = await sent(t, url, head('OPTIONS /write', large) + 'x'.repeat(80_000));
      await until('it is answered before its end', async () => /^HTTP\/1\.1 200 .*allow: POST, OPTIONS/is.test(text()));
    }
    const [, text] = await sent(t, url, head('POST /write', large) + 'x'.repeat(80_001));
    await until('there is room for that of a write', async () => text().startsWith('HTTP/1.1 204 '));
    assert.deepEqual([taken, refused], [[80_001], []]);
  });

  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    test(`is not kept while a ready answer is unread: ${method}`, async (t) => {
      const http = bareServer();
      let request: IncomingMessage | undefined;
      http.addFastPath((each) => {
        request = each;
        return true;
      });
      const url = await listenBare(t, http);
      await sent(t, url, `${head(`${method} /write`)}${chunks(3000, 1)}0\r\n\r\n`);
      await until('all of it has come', async () => request?.complete === true);
      await someTurns();
      assert.equal(request?.readableLength, 0);
    });
});
