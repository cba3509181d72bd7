import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import { basic, temporaryFile } from '../support/credentials.ts';
import { answersOn, get, scene, someTurns, textOn } from '../support/pipelines.ts';
import { openConnection, parseAnswer, rawExchange } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

/** With names of their own, as each of these takes memory. */
function headers(count: number): string {
  return Array.from({ length: count }, (_, i) => `h${i}: v${i}\r\n`).join('');
}

// Besides the one of the host.
const ONE_TOO_MANY = headers(DEFAULT_LIMITS.headers);
const AS_MANY_AS_MAY_BE = headers(DEFAULT_LIMITS.headers - 1);

describe('a request with more headers than may be', () => {
  for (const [name, text] of [
    ['one more', get('/now/1', ONE_TOO_MANY)],
    ['very many', get('/now/1', headers(1200))],
    ['so many before the end of the header', `GET /now/1 HTTP/1.1\r\n${headers(900)}`],
    ['with a body that does not come', `POST /now/1 HTTP/1.1\r\n${headers(900)}content-length: 100\r\n\r\n`],
    ['with requests behind it', get('/now/1', ONE_TOO_MANY) + get('/now/2').repeat(3)],
  ] as const)
    test(`is an empty 431, and its connection ends: ${name}`, async (t) => {
      const { url, begun, cuts } = await scene(t);
      const answer = parseAnswer(await rawExchange(url, text));
      assertRefused(answer, 431, name);
      assert.equal(answer.headers['connection'], 'close');
      assert.match(answer.headers['x-eurek8s-reason'] ?? '', /more than 100/);
      assert.deepEqual([begun, cuts], [[], ['malformed']]);
    });

  test('is refused whatever else its headers say', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: right, rights: [read] }');
    const { url } = await serveForTest(t, { flags: { 'auth.file': [file] } });
    const password = `authorization: ${basic('fleet', 'right')}\r\n`;
    for (const all of [password + ONE_TOO_MANY, ONE_TOO_MANY + password, headers(1200) + password])
      assertRefused(parseAnswer(await rawExchange(url, get('/eureka/apps', all))), 431, all.slice(0, 20));
  });

  test('is answered after those before it', async (t) => {
    const { url, begun, answer, cuts } = await scene(t);
    const socket = await openConnection(url);
    const text = textOn(socket);
    socket.write(get('/later/1') + get('/now/2') + get('/now/3', headers(900)).repeat(10) + get('/now/4'));
    await until('the first has begun', async () => begun.length === 1);
    await someTurns();
    answer();
    await until('it is closed', async () => socket.closed);
    const statuses = Array.from(text().matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => Number(status));
    assert.deepEqual([statuses, begun, cuts], [[200, 200, 431], ['/later/1', '/now/2'], ['malformed']]);
  });
});

test('a request with as many headers as may be is answered, and so is the next one', async (t) => {
  const { url, cuts } = await scene(t);
  const socket = await openConnection(url);
  const answers = answersOn(socket);
  for (const path of ['/now/1', '/now/2']) {
    socket.write(get(path, AS_MANY_AS_MAY_BE));
    await until('it is answered', async () => answers().at(-1) === path);
  }
  assert.deepEqual(cuts, []);
  socket.destroy();
});

describe('short headers of requests that wait behind an answer', () => {
  // 0.5 KB of text each, and more than 11 KB of memory.
  const waiting = get('/now/2', 'a: b\r\n'.repeat(90));

  test('count as what they take in memory', async (t) => {
    const { url, cuts } = await scene(t);
    const socket = await openConnection(url);
    socket.resume().write(get('/later/1') + waiting.repeat(6));
    await until('it is closed', async () => socket.closed);
    assert.deepEqual(cuts, ['pipelined']);
  });

  test('count among what all connections hold', async (t) => {
    const { url, begun, cuts } = await scene(t, { limits: { ...DEFAULT_LIMITS, heldBodyBytes: 50_000 } });
    const sockets = await Promise.all(Array.from({ length: 3 }, async () => openConnection(url)));
    for (const socket of sockets) socket.resume().write(get('/later/1') + waiting.repeat(3));
    await until('all have begun', async () => begun.length === 3);
    await until('there is no room for one of them', async () => sockets.some(({ closed }) => closed));
    assert.deepEqual([sockets.filter(({ closed }) => closed).length, cuts], [1, ['pipelined']]);
    for (const socket of sockets) socket.destroy();
  });
});
