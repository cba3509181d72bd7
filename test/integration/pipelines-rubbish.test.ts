import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHUNKED_HEAD, get, scene, someTurns, textOn } from '../support/pipelines.ts';
import { openConnection } from '../support/raw-http.ts';
import { stepByStep } from '../support/time-slices.ts';
import { until } from '../testbed/until.ts';

describe('what is no request, behind requests', () => {
  const rubbish = '\0rubbish\r\n\r\n';
  const brokenChunk = `${CHUNKED_HEAD}5\r\nhello\r\nrubbish\r\n`;

  for (const [name, wrong] of [
    ['bytes that are none', rubbish],
    ['a body that breaks off in what is no chunk', brokenChunk],
  ] as const)
    test(`is answered after the answers to them, and nothing else is: ${name}`, async (t) => {
      const { url, begun, answer, cuts } = await scene(t);
      const socket = await openConnection(url);
      const text = textOn(socket);
      socket.write(get('/later/1') + get('/now/2') + wrong);
      await until('the first has begun', async () => begun.length === 1);
      socket.write(get('/now/3'));
      await someTurns();
      assert.equal(text(), '');
      answer();
      await until('it is closed', async () => socket.closed);
      assert.match(text(), /^HTTP\/1\.1 200 .*\[\/later\/1\]HTTP\/1\.1 200 .*\[\/now\/2\]HTTP\/1\.1 400 [^[]*$/s);
      assert.deepEqual([begun, cuts], [['/later/1', '/now/2'], ['malformed']]);
    });

  test('is answered after answers that are ready', async (t) => {
    const { url } = await scene(t);
    const socket = await openConnection(url);
    const text = textOn(socket);
    socket.write(get('/now/1') + get('/now/2') + rubbish);
    await until('it is closed', async () => socket.closed);
    assert.match(text(), /^HTTP\/1\.1 200 .*\[\/now\/1\]HTTP\/1\.1 200 .*\[\/now\/2\]HTTP\/1\.1 400 [^[]*$/s);
  });

  test('is answered after a request whose turn has come, and that has not begun', async (t) => {
    const { http, url, begun, answer } = await scene(t, { newTimeSlice: stepByStep });
    // Between an answer and the next turn of the event loop.
    http.app.server.on('request', (request, response) => {
      if (request.url === '/now/2')
        response.once('socket', () => http.app.server.emit('clientError', new Error('rubbish'), request.socket));
    });
    const socket = await openConnection(url);
    const text = textOn(socket);
    socket.write(get('/later/1') + get('/now/2'));
    await until('the first has begun', async () => begun.length === 1);
    await someTurns();
    answer();
    await until('it is closed', async () => socket.closed);
    assert.match(text(), /^HTTP\/1\.1 200 .*\[\/later\/1\]HTTP\/1\.1 200 .*\[\/now\/2\]HTTP\/1\.1 400 [^[]*$/s);
    assert.deepEqual(begun, ['/later/1', '/now/2']);
  });

  for (const [name, wrong] of [
    ['bytes that are none', rubbish],
    ['half a request', 'GET /now/2 HT'],
    ['nothing', ''],
  ] as const)
    test(`keeps nothing of a client that has gone: ${name}`, async (t) => {
      const { url, begun, gone } = await scene(t);
      const socket = await openConnection(url);
      socket.resume().write(get('/later/1') + wrong);
      await until('the first has begun', async () => begun.length === 1);
      await someTurns();
      socket.end();
      await until('the answer under way is given up', async () => gone.length === 1);
    });
});
