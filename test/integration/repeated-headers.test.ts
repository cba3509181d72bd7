import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { basic, temporaryFile } from '../support/credentials.ts';
import { openConnection } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';

// The headers of a request that came before on the same connection are not read again.

const RIGHT = `authorization: ${basic('fleet', 'right')}`;
const WRONG = `authorization: ${basic('fleet', 'wrong')}`;

/** Sends requests with these headers on one connection, each after the answer to the one before. */
async function asked(t: TestContext, url: string, requests: readonly (readonly string[])[]): Promise<string[]> {
  const socket = await openConnection(url);
  t.after(() => socket.destroy());
  const answers: string[] = [];
  for (const headers of requests) {
    socket.write(['GET /eureka/apps HTTP/1.1', 'host: eurek8s', ...headers, '', ''].join('\r\n'));
    let text = '';
    while (!isWhole(text)) text += String((await once(socket, 'data'))[0]);
    const [, status, type] =
      /^HTTP\/1\.1 (\d+)[^]*?(?:content-type: application\/(\w+)\r\n|\r\n\r\n)/i.exec(text) ?? [];
    answers.push([status, type].filter((part) => part !== undefined).join(' '));
  }
  return answers;
}

async function statuses(t: TestContext, url: string, requests: readonly (readonly string[])[]): Promise<number[]> {
  return (await asked(t, url, requests)).map((answer) => Number(answer.split(' ')[0]));
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  return end >= 0 && text.length >= end + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
}

test('what differs from the request before counts', async (t) => {
  const { url } = await serveForTest(t, {});
  const [json, xml] = ['accept: application/json', 'accept: application/xml'];
  const requests = [[json], [json], [xml], [], [json], ['x-other: json', json], [xml]];
  const formats = (await asked(t, url, requests)).map((answer) => answer.split(' ')[1]);
  assert.deepEqual(formats, ['json', 'json', 'xml', 'xml', 'json', 'json', 'xml']);
});

test('a password counts for its request alone, whatever came before', async (t) => {
  const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: right, rights: [read] }');
  const { url } = await serveForTest(t, { flags: { 'auth.file': [file] } });
  const requests = [[RIGHT], [RIGHT], [WRONG], [WRONG], [RIGHT], [], [RIGHT], [RIGHT, WRONG], [WRONG, RIGHT], [RIGHT]];
  // Of two, the first counts, as Node reads them.
  assert.deepEqual(await statuses(t, url, requests), [200, 200, 401, 401, 200, 401, 200, 200, 401, 200]);
});

test('headers that are too long to be remembered count as well', async (t) => {
  const file = temporaryFile(t, 'auth.yaml', '- { name: fleet, password: right, rights: [read] }');
  const { url } = await serveForTest(t, { flags: { 'auth.file': [file] } });
  const long = `x-long: ${'a'.repeat(2_000)}`;
  const requests = [[long, RIGHT], [long, RIGHT], [long, WRONG], [long], [RIGHT]];
  assert.deepEqual(await statuses(t, url, requests), [200, 200, 401, 401, 200]);
});
