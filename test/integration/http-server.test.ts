import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { answerOf } from '../../server/encode/variant.ts';
import { DEFAULT_LIMITS, type Limits } from '../../server/http/limits.ts';
import { sendAnswer } from '../../server/http/reply.ts';
import type { HttpServer } from '../../server/http/server.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { openConnection, parseAnswer, rawRequest } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { serveForTest } from '../support/running-server.ts';
import { SILENT_LOG } from '../support/silent-log.ts';

/** Bytes; more than the kernel buffers for a client that does not read. */
const HUGE = Buffer.alloc(64 * 1024 * 1024, 0x20);

/** The parts of an answer; each has other bytes. */
const OFTEN = Array.from({ length: 24 }, (_, i) => Buffer.alloc(16 * 1024, 0x61 + i));

interface Rig {
  readonly url: string;
  readonly http: HttpServer;
  readonly cuts: string[];
  readonly errors: object[];
  readonly warnings: object[];
  /** Resolves when `/held` has been requested. */
  readonly arrived: Promise<void>;
  /** Lets `/held` answer. */
  readonly release: () => void;
}

/** The server with routes of the test, which take as long, and send as much, as the test needs. */
async function startRig(t: TestContext, limits: Partial<Limits> = {}): Promise<Rig> {
  const cuts: string[] = [];
  const errors: object[] = [];
  const warnings: object[] = [];
  const http = bareServer({
    log: {
      ...SILENT_LOG,
      warn: (fields) => void warnings.push(fields),
      error: (fields) => void errors.push(fields),
    },
    countCut: (cut) => void cuts.push(cut),
    limits: { ...DEFAULT_LIMITS, ...limits },
  });
  const arrived = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  http.app.get('/eureka/fault', () => {
    throw new Error('a secret');
  });
  // A second passes whenever it is looked at.
  let now = 0;
  const clock = { now: () => (now += 1_000) };
  http.app.get('/held', async (_request, reply) => {
    arrived.resolve();
    await held.promise;
    return reply.send('done');
  });
  http.app.get('/huge', (_request, reply) => reply.send(HUGE));
  http.app.get('/parts', (_request, reply) => {
    const parts = Array.from({ length: 1024 }, (_, i) => HUGE.subarray(i * 65_536, (i + 1) * 65_536));
    sendAnswer(reply.hijack().raw, answerOf({ format: 'json', coding: 'identity' }, parts), clock);
  });
  const often = answerOf({ format: 'json', coding: 'identity' }, OFTEN);
  http.app.get('/often', (_request, reply) => sendAnswer(reply.hijack().raw, often, clock));
  http.app.get('/', (_request, reply) => reply.code(http.stopping() ? 503 : 200).send(''));
  return {
    url: await listenBare(t, http),
    http,
    cuts,
    errors,
    warnings,
    arrived: arrived.promise,
    release: held.resolve,
  };
}

async function ask(url: string, path: string): Promise<Socket> {
  const socket = await openConnection(url);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: eurek8s\r\n\r\n`);
  return socket;
}

async function bytesUntilEnd(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  await ended(socket);
  return bytes;
}

async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await once(socket, 'close');
}

/** Fails when it takes longer than 5 s, which nobody takes for a time-out, however busy the machine is. */
async function promptly<T>(what: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      what,
      wait(5000, undefined, { signal: late.signal }).then(() => assert.fail('it took more than 5 s')),
    ]);
  } finally {
    late.abort();
  }
}

// With a full queue of a listening socket the client's system tries again after a second, the minimum of RFC 6298. A
// busy machine is slow sometimes, a full queue always: one of three attempts must be quick.
test('a fleet that connects all at once is accepted at once', { timeout: 30_000 }, async (t) => {
  const { url } = await startRig(t);
  let quickest = Infinity;
  for (let time = 0; time < 3 && quickest >= 1000; time++) quickest = Math.min(quickest, await slowestOfHerd(url));
  assert.ok(quickest < 1000, `the last one was connected after ${Math.round(quickest)} ms at best`);
});

/**
 * Milliseconds until the last client is connected. They are more than Node's own queue of 511, and all connect before
 * the server, in the same process, accepts the first.
 */
async function slowestOfHerd(url: string): Promise<number> {
  const began = performance.now();
  const herd = Array.from({ length: 700 }, async () => {
    const socket = await openConnection(url);
    const after = performance.now() - began;
    return { socket, after };
  });
  const connected = await Promise.all(herd);
  for (const { socket } of connected) socket.destroy();
  return Math.max(...connected.map(({ after }) => after));
}

test('an internal fault is an empty 500 without details, and a line in the log', async (t) => {
  const { url, errors } = await startRig(t);
  const answer = await rawRequest(url, 'GET /eureka/fault', { accept: 'application/json' });
  assertRefused(answer, 500, 'fault');
  assert.equal(answer.headers['x-eurek8s-reason'], 'internal error');
  assert.equal(errors.length, 1);
  assertRefused(await rawRequest(url, 'GET /eureka/%'), 400, 'a fault of the client');
  assert.equal(errors.length, 1);
});

test('a client that does not read its answer is cut off, and blocks nobody meanwhile', async (t) => {
  const { url, cuts, warnings } = await startRig(t, { exchangeTimeout: 800 });
  const slow = await Promise.all(Array.from({ length: 5 }, async (_, i) => ask(url, i < 3 ? '/huge' : '/parts')));
  for (const socket of slow) socket.pause();
  assert.equal((await rawRequest(url, 'GET /')).status, 200);
  const readers = [slow[0], slow[4]];
  for (const deadline = Date.now() + 10_000; cuts.length < slow.length && Date.now() < deadline;) await wait(20);
  assert.deepEqual(cuts, ['slow', 'slow', 'slow', 'slow', 'slow']);
  // One line in a minute for an address.
  assert.deepEqual(warnings, [{ client: '127.0.0.1', path: '/huge', cutBefore: 0 }]);
  for (const reader of readers) {
    assert.ok(reader);
    assert.ok((await bytesUntilEnd(reader)) < HUGE.length, 'the rest was dropped');
  }
  for (const socket of slow) socket.destroy();
});

test('a client that reads gets an answer of any size', async (t) => {
  const { url, cuts } = await startRig(t);
  for (const path of ['/huge', '/parts'])
    assert.equal((await rawRequest(url, `GET ${path}`)).body.length, HUGE.length, path);
  assert.equal((await rawRequest(url, 'HEAD /parts')).body.length, 0);
  assert.deepEqual(cuts, []);
});

test('stop: idle connections, used ones and new ones, do not hold it up', async (t) => {
  const { url, http } = await startRig(t, { stopTimeout: 60_000 });
  const used = await ask(url, '/');
  await once(used, 'data');
  const fresh = await openConnection(url);
  const half = await openConnection(url);
  half.write('GET / HTTP/1.1\r\nho');
  await promptly(http.stop());
  for (const socket of [used, fresh, half]) await promptly(ended(socket));
  await assert.rejects(openConnection(url), 'nobody listens any more');
});

test('stop: requests in flight are finished, and until then the server reports that it is stopping', async (t) => {
  const { url, http, arrived, release } = await startRig(t, { stopTimeout: 60_000 });
  const held = await ask(url, '/held');
  await arrived;
  const stopped = http.stop();
  const during = await openConnection(url);
  during.write('GET / HTTP/1.1\r\nhost: eurek8s\r\n\r\n');
  const answer = parseAnswer((await promptly(once(during, 'data')))[0] as Buffer);
  assert.deepEqual([answer.status, answer.headers['connection']], [503, 'close']);
  await promptly(ended(during));
  release();
  const finished = parseAnswer((await promptly(once(held, 'data')))[0] as Buffer);
  assert.deepEqual([finished.status, finished.headers['connection'], finished.body.toString()], [200, 'close', 'done']);
  await promptly(stopped);
});

test('stop: a client that is still reading gets its answer to the end', async (t) => {
  const { url, http, cuts } = await startRig(t, { stopTimeout: 60_000 });
  const reading = await Promise.all(['/huge', '/parts'].map(async (path) => ask(url, path)));
  for (const socket of reading) {
    await once(socket, 'readable');
    socket.pause();
  }
  const stopped = http.stop();
  const received = await Promise.all(reading.map(async (socket) => promptly(bytesUntilEnd(socket))));
  assert.ok(
    received.every((bytes) => bytes > HUGE.length),
    received.join(),
  );
  await promptly(stopped);
  assert.deepEqual(cuts, []);
});

test('stop: neither a slow reader nor a request that never ends holds it up beyond the limit', async (t) => {
  const { url, http, arrived } = await startRig(t, { stopTimeout: 300 });
  const slow = await ask(url, '/huge');
  slow.pause();
  const held = await ask(url, '/held');
  await arrived;
  await promptly(http.stop());
  await promptly(ended(slow));
  await promptly(ended(held));
});

test('the whole server stops while clients keep idle connections, and stopping twice is stopping once', async (t) => {
  const running = await serveForTest(t, { limits: { stopTimeout: 60_000 } });
  const clients = await Promise.all(Array.from({ length: 20 }, async () => ask(running.url, '/readyz')));
  for (const socket of clients) await once(socket, 'data');
  await promptly(Promise.all([running.stop(), running.stop()]));
  for (const socket of clients) await promptly(ended(socket));
});

test('an answer has the same bytes however often it was sent', async (t) => {
  const { url } = await startRig(t);
  const whole = Buffer.concat(OFTEN);
  for (let i = 0; i < 220; i++) {
    const answer = await fetch(`${url}/often`);
    assert.ok(whole.equals(Buffer.from(await answer.arrayBuffer())), `answer ${i + 1}`);
  }
  const head = await fetch(`${url}/often`, { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), `${whole.length}`);
});
