import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ChangeStream } from '../../../../server/http/change-stream.ts';
import type { Moment } from '../../../../shared/history/moment.ts';
import { appName, instanceId, sourceId } from '../../../../shared/model/names.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { until } from '../../../testbed/until.ts';

const LONG = 'x'.repeat(20_000);

function moment(version: number, at: number): Moment {
  const entry = {
    kind: 'added',
    id: instanceId(`n-${version}`),
    origin: { kind: 'registration', source: sourceId('legacy') },
    status: 'UP',
  } as const;
  const change = { at, version, app: appName('NEWS'), entry, cause: { source: 'legacy', reason: LONG } };
  return { at, version, patches: [], changes: [change], weight: 1 };
}

class Past {
  readonly all: Moment[] = [];
  since = 0;
  moments(): Iterable<Moment> {
    return this.all;
  }
  newestFirst(): Iterable<Moment> {
    return this.all.toReversed();
  }
}

interface Scene {
  readonly clock: SteppedClock;
  readonly past: Past;
  readonly stream: ChangeStream;
  readonly socket: Socket;
  readonly text: () => string;
  readonly add: (version: number) => void;
}

/** One follower of everything, who has read nothing yet. */
async function follow(t: TestContext): Promise<Scene> {
  const clock = new SteppedClock();
  const past = new Past();
  const stream = new ChangeStream(clock, past);
  const server = createServer((_request, response) => void stream.follow(response, undefined, { version: 0, at: 0 }));
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => void (text += part));
  socket.pause();
  const asked = once(server, 'request');
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await asked;
  const add = (version: number): void => {
    past.all.push(moment(version, clock.now()));
    stream.note();
  };
  return { clock, past, stream, socket, text: () => text, add };
}

test('a follower that reads slowly gets every change once, in order, and little is kept for it', async (t) => {
  const { socket, text, add } = await follow(t);
  const count = 600;
  for (let version = 1; version <= count; version++) add(version);
  assert.equal(text(), '');
  socket.resume();
  const ids = (): readonly string[] => [...text().matchAll(/^id: (\d+)-/gm)].map(([, version = '']) => version);
  await until('the last change', async () => ids().length >= count);
  assert.deepEqual(
    ids(),
    Array.from({ length: count }, (_, i) => String(i + 1)),
  );
});

test('a follower that never reads is cut off, and one that reads has to ask again after a while', async (t) => {
  const stuck = await follow(t);
  const closed = once(stuck.socket, 'close', { signal: AbortSignal.timeout(60_000) });
  for (let version = 1; version <= 600; version++) stuck.add(version);
  for (let i = 0; i < 4; i++) stuck.clock.advance(15_000);
  stuck.socket.resume();
  await closed;
  const reading = await follow(t);
  reading.socket.resume();
  const ended = until('the end', async () => reading.text().endsWith('\r\n0\r\n\r\n'));
  for (let i = 0; i < 42; i++) reading.clock.advance(15_000);
  await ended;
  assert.match(reading.text(), /^: alive$/m);
});

test('what has left the history before it was told is a gap, told once', async (t) => {
  const { socket, text, past, add } = await follow(t);
  socket.resume();
  past.since = 5_000;
  add(9);
  add(10);
  await until('both changes', async () => /^id: 10-/m.test(text()));
  assert.equal(text().match(/^event: gap$/gm)?.length, 1);
  assert.match(text(), /"oldest":"1970-01-01T00:00:05\.000Z"/);
});
