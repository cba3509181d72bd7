import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection, parseAnswer, type RawAnswer } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';

/** Milliseconds that a balancer keeps an idle connection: Envoy, Istio and Contour, the longest that we know. */
const LONGEST_POOL = 3_600_000;

async function ask(socket: Socket): Promise<RawAnswer> {
  socket.write('GET /healthz HTTP/1.1\r\nhost: eurek8s\r\n\r\n');
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return parseAnswer(bytes);
}

test('an idle connection outlives those of every balancer in front, and states for how long', async (t) => {
  const { url } = await serveForTest(t);
  const socket = await openConnection(url);
  t.after(() => socket.destroy());
  const { headers } = await ask(socket);
  const seconds = Number(/^timeout=(\d+)$/.exec(headers['keep-alive'] ?? '')?.[1]);
  assert.ok(seconds * 1000 > LONGEST_POOL, String(headers['keep-alive']));
});

test('listen.keepAlive sets how long an idle connection stays open', { timeout: 30_000 }, async (t) => {
  const { url } = await serveForTest(t, { flags: { 'listen.keepAlive': ['2s'] } });
  const socket = await openConnection(url);
  const { headers } = await ask(socket);
  const since = performance.now();
  assert.equal(headers['keep-alive'], 'timeout=2');
  await once(socket, 'close');
  // Timers run from the end of the answer, which we see a moment later.
  assert.ok(performance.now() - since > 1500);
});

test('a time beyond the range of a timer keeps connections open too', async (t) => {
  const { url } = await serveForTest(t, { flags: { 'listen.keepAlive': ['30d'] } });
  const socket = await openConnection(url);
  t.after(() => socket.destroy());
  await ask(socket);
  await sleep(300);
  assert.equal((await ask(socket)).status, 200);
});

test('a client that vanished without closing is noticed long before', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux shows which timers a connection has');
  const { url } = await serveForTest(t);
  const socket = await openConnection(url);
  t.after(() => socket.destroy());
  await ask(socket);
  const ports = [Number(new URL(url).port), socket.localPort ?? 0];
  const [local, remote] = ports.map((port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, from = '', to = '']) => from.endsWith(local!) && to.endsWith(remote!));
  // `timer_active:jiffies`: 2 is the probe of an idle connection, which must be due within a minute.
  const [timer, jiffies = ''] = (row?.[5] ?? '').split(':');
  assert.equal(timer, '02');
  assert.ok(Number.parseInt(jiffies, 16) / 100 <= 60, jiffies);
});
