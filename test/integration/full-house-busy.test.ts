import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import type { Standing } from '../../server/http/standings.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { openConnection } from '../support/raw-http.ts';
import { until } from '../testbed/until.ts';

/** More than the kernel takes for a client that does not read. */
const LARGE = Buffer.alloc(32 * 1024 * 1024);

const STANDINGS: ReadonlyMap<string, Standing> = new Map([
  ['refused', 'refused'],
  ['open', 'open'],
  ['admitted', 'admitted'],
]);

interface House {
  /** A connection on which these have been answered, in this order, and the last one of which is under way. */
  readonly busyWith: (...requests: readonly string[]) => Promise<Socket>;
  /** Whether a request on a new connection is answered. */
  readonly letsIn: () => Promise<boolean>;
  /** Answers what waits for it. */
  readonly answer: () => void;
}

/**
 * A server that has three connections at most. `/STANDING/KIND` is answered at once (`small`, `large`), when its body has
 * come (`body`), or when the test says so (`later`).
 */
async function houseOfThree(t: TestContext): Promise<House> {
  const http = bareServer({ hasCredentials: true, limits: { ...DEFAULT_LIMITS, connections: 3, stopTimeout: 100 } });
  const waiting: ServerResponse[] = [];
  const begun: string[] = [];
  http.addFastPath((request, response) => {
    const [, standing = '', kind] = (request.url ?? '').split('/');
    const noted = STANDINGS.get(standing);
    // Of one that is admitted again nothing is noted.
    if (noted !== undefined) http.noteStanding(response, noted);
    if (kind === 'large') response.end(LARGE);
    else if (kind === 'small') response.end('[answered]');
    else if (kind === 'body') request.once('end', () => response.end('[answered]')).resume();
    else waiting.push(response);
    begun.push(request.url ?? '');
    return true;
  });
  const url = await listenBare(t, http);
  const connected = async (): Promise<Socket> => {
    const socket = await openConnection(url);
    t.after(() => void socket.destroy());
    return socket;
  };
  return {
    busyWith: async (...requests) => {
      const socket = (await connected()).pause();
      for (const request of requests) {
        const before = begun.length;
        const isUnfinished = request.endsWith('/body');
        socket.write(
          isUnfinished
            ? `POST ${request} HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf`
            : `GET ${request} HTTP/1.1\r\n\r\n`,
        );
        await until(`${request} has begun`, async () => begun.length > before);
      }
      return socket;
    },
    letsIn: async () => {
      const socket = await connected();
      return new Promise((resolve) => {
        socket.once('data', () => resolve(true)).once('close', () => resolve(false));
        socket.write('GET /admitted/small HTTP/1.1\r\nconnection: close\r\n\r\n');
      });
    },
    answer: () => waiting.splice(0).forEach((response) => response.end('[answered]')),
  };
}

/** It is closed before its answer has come. Unread, its end would not be seen. */
async function goes(socket: Socket): Promise<void> {
  socket.resume();
  await until('it is gone', async () => socket.closed);
  assert.ok(socket.bytesRead < LARGE.length);
}

for (const [name, ...requests] of [
  ['the answer to a refused request is not read', '/refused/large'],
  ['the answer to a refused request is not read, after others', '/admitted/small', '/refused/small', '/refused/large'],
  ['an answer for which no right is needed is not read', '/open/large'],
  ['the body of a request that needs no right does not come', '/open/body'],
] as const)
  test(`where there is no room, a connection goes though ${name}`, async (t) => {
    const { busyWith, letsIn } = await houseOfThree(t);
    const go = [await busyWith(...requests), await busyWith(...requests), await busyWith(...requests)];
    await until('there is room for one with credentials', letsIn);
    for (const socket of go) await goes(socket);
  });

for (const [name, ...requests] of [
  ['the answer to one that was let in is read slowly', '/refused/small', '/admitted/large'],
  ['the same after one more that was let in', '/refused/small', '/admitted/small', '/again/large'],
] as const)
  test(`a connection stays, whatever was refused on it, while ${name}`, async (t) => {
    const { busyWith, letsIn } = await houseOfThree(t);
    const [stays, other] = [await busyWith(...requests), await busyWith('/refused/large')];
    await busyWith('/admitted/later');
    await until('there is room for one with credentials', letsIn);
    await goes(other);
    stays.resume();
    await until('all of it has come', async () => stays.bytesRead > LARGE.length);
  });

test('a connection stays while the answer to a probe is being made', async (t) => {
  const { busyWith, letsIn, answer } = await houseOfThree(t);
  const [stays, other] = [await busyWith('/open/later'), await busyWith('/open/large')];
  await busyWith('/admitted/later');
  await until('there is room for one with credentials', letsIn);
  await goes(other);
  answer();
  let text = '';
  stays.on('data', (part) => (text += String(part))).resume();
  await until('it is answered', async () => text.includes('[answered]'));
});
