import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import { answersOn, CHUNKED_HEAD, get, post, scene, someTurns } from '../support/pipelines.ts';
import { openConnection } from '../support/raw-http.ts';
import { stepByStep } from '../support/time-slices.ts';
import { until } from '../testbed/until.ts';

describe('requests that a client sends before it has its answers', () => {
  test('begin one after the other, and are answered in order', async (t) => {
    const { url, begun, answer } = await scene(t);
    const socket = await openConnection(url);
    const answers = answersOn(socket);
    socket.write(get('/now/1') + get('/later/2') + post('/later/3', 'x'.repeat(30_000)));
    socket.write(get('/now/4') + post('/now/5', 'body'));
    await until('the second has begun', async () => begun.length === 2);
    await someTurns();
    assert.deepEqual(begun, ['/now/1', '/later/2']);
    answer();
    await until('the third has begun', async () => begun.length === 3);
    await someTurns();
    assert.deepEqual(begun, ['/now/1', '/later/2', '/later/3']);
    answer();
    await until('all are answered', async () => answers().length === 5);
    assert.deepEqual(answers(), ['/now/1', '/later/2', '/later/3', '/now/4', '/now/5']);
    socket.write(get('/now/6'));
    await until('the connection goes on', async () => answers().at(-1) === '/now/6');
    socket.destroy();
  });

  test('share the turns of the event loop with everybody else', async (t) => {
    const { url, begun } = await scene(t, { newTimeSlice: stepByStep });
    let most = 0;
    let before = 0;
    const look = (): void => {
      most = Math.max(most, begun.length - before);
      before = begun.length;
      if (begun.length < 17) setImmediate(look);
    };
    look();
    const socket = await openConnection(url);
    const answers = answersOn(socket);
    socket.write(get('/now/1').repeat(17));
    await until('all are answered', async () => answers().length === 17);
    assert.ok(most <= 2, `${most} began between two turns`);
    socket.destroy();
  });

  test('do not begin when their client has gone', async (t) => {
    const { url, begun, answer } = await scene(t);
    const socket = await openConnection(url);
    socket.write(get('/later/1') + get('/now/2') + post('/now/3', 'body'));
    await until('the first has begun', async () => begun.length === 1);
    socket.destroy();
    await someTurns();
    answer();
    const other = await openConnection(url);
    const answers = answersOn(other);
    other.write(get('/now/4'));
    await until('another client is answered', async () => answers().length === 1);
    assert.deepEqual(begun, ['/later/1', '/now/4']);
    other.destroy();
  });

  test('do not begin behind the last answer of a connection', async (t) => {
    const { url, begun, answer } = await scene(t);
    const socket = await openConnection(url);
    socket.write(get('/later/1', 'connection: close\r\n') + get('/now/2'));
    await until('the first has begun', async () => begun.length === 1);
    answer();
    socket.resume();
    await once(socket, 'close');
    assert.deepEqual(begun, ['/later/1']);
  });

  test('do not keep a stop waiting, and do not begin in it', async (t) => {
    const { http, url, begun, answer } = await scene(t);
    const socket = await openConnection(url);
    const answers = answersOn(socket);
    const closed = once(socket, 'close');
    socket.write(get('/later/1') + get('/now/2') + get('/now/3'));
    await until('the first has begun', async () => begun.length === 1);
    const stopped = http.stop();
    await someTurns();
    answer();
    await stopped;
    await closed;
    assert.deepEqual(answers(), ['/later/1']);
    assert.deepEqual(begun, ['/later/1']);
  });

  describe('when they are more than may wait', () => {
    const many = get('/now/2').repeat(17);
    const waves: readonly (readonly [name: string, later: string])[] = [
      ['seventeen of them', many],
      ['thousands of them', many.repeat(300)],
      ['one with a large body', post('/now/2', 'x'.repeat(300_000))],
      ['several with bodies that are large together', post('/now/2', 'x'.repeat(15_000)).repeat(5)],
      ['several with headers that are large together', get('/now/2', `x: ${'y'.repeat(14_000)}\r\n`).repeat(5)],
      ['one with a body in chunks', `${CHUNKED_HEAD}${`2710\r\n${'x'.repeat(10_000)}\r\n`.repeat(7)}`],
      ['one with a body in tiny chunks', `${CHUNKED_HEAD}${'1\r\nx\r\n'.repeat(300)}`],
    ];
    for (const [name, later] of waves)
      test(`end their connection: ${name}`, async (t) => {
        const { http, url, begun, gone, cuts } = await scene(t);
        let takenIn = 0;
        http.app.server.on('request', () => takenIn++);
        const socket = await openConnection(url);
        socket.resume().write(get('/later/1') + later);
        await until('it is closed', async () => socket.closed);
        await until('the answer under way is given up', async () => gone.length === 1);
        assert.deepEqual([begun, cuts], [['/later/1'], ['pipelined']]);
        assert.ok(takenIn < 4000, `${takenIn} were taken in`);
      });
  });

  test('are all answered when they are as many as may wait', async (t) => {
    const { url, begun, answer, cuts } = await scene(t);
    const socket = await openConnection(url);
    const answers = answersOn(socket);
    const chunked = `${CHUNKED_HEAD}5\r\nhello\r\n0\r\n\r\n`;
    socket.write(get('/later/1') + (get('/now/2') + post('/now/3', 'x'.repeat(3000)) + chunked).repeat(5));
    socket.write(get('/now/2'));
    await until('the first has begun', async () => begun.length === 1);
    await someTurns();
    answer();
    await until('all are answered', async () => answers().length === 17);
    assert.deepEqual(answers().slice(0, 4), ['/later/1', '/now/2', '/now/3', '/now/4']);
    assert.deepEqual(cuts, []);
    socket.destroy();
  });

  for (const [how, leave] of [
    ['ends its side', (socket: Socket) => void socket.end()],
    ['resets the connection', (socket: Socket) => void socket.resetAndDestroy()],
  ] as const)
    test(`keep nothing of a client that ${how}`, async (t) => {
      const { url, begun, gone } = await scene(t);
      const socket = await openConnection(url);
      socket.write(get('/later/1') + get('/now/2').repeat(15) + post('/now/3', 'x'.repeat(60_000)));
      await until('the first has begun', async () => begun.length === 1);
      await someTurns();
      leave(socket);
      await until('the answer under way is given up', async () => gone.length === 1);
      assert.deepEqual(begun, ['/later/1']);
    });

  test('hold no more bodies in all than may be held', async (t) => {
    const { url, begun, gone, cuts } = await scene(t, { limits: { ...DEFAULT_LIMITS, heldBodyBytes: 100_000 } });
    const withBody = async (): Promise<Socket> => {
      const before = begun.length;
      const socket = await openConnection(url);
      socket.resume().write(get('/later/1') + post('/now/2', 'x'.repeat(30_000)).repeat(2));
      await until('the first has begun', async () => begun.length > before);
      await someTurns();
      return socket;
    };
    const sockets = [await withBody(), await withBody(), await withBody()];
    const open = (): readonly Socket[] => sockets.filter(({ closed }) => !closed);
    await until('there is no room for one of the three', async () => open().length < 3);
    assert.deepEqual([open().length, cuts], [2, ['pipelined']]);
    open()[0]?.destroy();
    await until('the server has seen both to be gone', async () => gone.length === 2);
    sockets.push(await withBody());
    assert.deepEqual([open().length, cuts], [2, ['pipelined']]);
    for (const socket of sockets) socket.destroy();
  });

  test('are kept no more within the turn in which there is no room for them', async (t) => {
    const { http, url, cuts } = await scene(t, { limits: { ...DEFAULT_LIMITS, heldBodyBytes: 100_000 } });
    const taken: IncomingMessage[] = [];
    http.app.server.on('request', (request: IncomingMessage) => taken.push(request));
    const socket = await openConnection(url);
    socket.resume().write(`${get('/later/1')}${CHUNKED_HEAD}${'1\r\nx\r\n'.repeat(5000)}`);
    await until('it is closed', async () => socket.closed);
    const kept = taken[1]?.readableLength ?? 0;
    // With what each takes besides.
    assert.ok(kept > 300 && kept < 500, `${kept} of 5000 parts were kept`);
    assert.deepEqual(cuts, ['pipelined']);
  });
});

for (const method of ['GET', 'HEAD'])
  test(`${method} with a body that nobody reads keeps nothing of a client that has gone`, async (t) => {
    const { url, begun, gone } = await scene(t);
    const socket = await openConnection(url);
    socket.write(
      `${method} /later/1 HTTP/1.1\r\nhost: eurek8s\r\ncontent-length: 400000\r\n\r\n${'x'.repeat(300_000)}`,
    );
    await until('it has begun', async () => begun.length === 1);
    socket.resetAndDestroy();
    await until('its answer is given up', async () => gone.length === 1);
  });
