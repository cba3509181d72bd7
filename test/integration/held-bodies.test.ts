import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { httpRequest } from '../support/http-request.ts';
import { openConnection, parseAnswer, rawExchange } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const HELD = 100_000;
const LARGE = 80_000;

function head(length: string): string {
  return `POST /eureka/apps/ORDERS HTTP/1.1\r\nhost: eurek8s\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;
}

describe('the memory of request bodies', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => {
    ({ url } = await serveForTest({ after: (undo) => (stop = undo) }, { limits: { heldBodyBytes: HELD } }));
  });
  after(async () => stop());

  async function refused(): Promise<number> {
    const { body } = await httpRequest(`${url}/metrics`);
    return Number(/eurek8s_refused_requests_total\{reason="too-many-bodies"\} (\d+)/.exec(body)?.[1] ?? 0);
  }

  /** Sends most of a large body, and not the end. */
  async function slowSender(): Promise<Socket> {
    const socket = await openConnection(url);
    socket.write(head(`content-length: ${LARGE}`) + ' '.repeat(LARGE - 1));
    return socket;
  }

  async function whole(length: number): Promise<number> {
    const bytes = head(`content-length: ${length}\r\nconnection: close`) + ' '.repeat(length);
    return parseAnswer(await rawExchange(url, bytes)).status;
  }

  test('slow senders of large bodies keep out one more of their kind, and no ordinary client', async () => {
    const slow = [await slowSender(), await slowSender()];
    // The two have more than there is room for, but which bytes arrive first is theirs.
    await until('one of the slow ones is refused', async () => (await refused()) === 1);
    const answer = parseAnswer(
      await rawExchange(url, `${head(`content-length: ${LARGE}\r\nconnection: close`)}${' '.repeat(LARGE)}`),
    );
    assertRefused(answer, 503, 'a third one');
    assert.match(answer.headers['x-eurek8s-reason'] ?? '', /request bodies/);
    assert.equal(await refused(), 2);
    assert.equal(await whole(2000), 400, 'a small body is read, and found to be no registration');
    for (const socket of slow) socket.destroy();
    await until('there is room again', async () => (await whole(LARGE)) === 400);
  });

  test('bodies in chunks count by what has arrived, and a refused connection goes on', async () => {
    const socket = await openConnection(url);
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    const chunk = `${(10_000).toString(16)}\r\n${' '.repeat(10_000)}\r\n`;
    socket.write(head('transfer-encoding: chunked') + chunk.repeat(20));
    await until('it is refused', async () => received.startsWith('HTTP/1.1 503 '));
    socket.write('0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: eurek8s\r\n\r\n');
    await until('the next request is answered', async () => received.includes('HTTP/1.1 200 '));
    socket.destroy();
  });

  test('what comes of a body after its answer holds nothing', async () => {
    for (let i = 0; i < 3; i++) {
      const socket = await openConnection(url);
      let received = '';
      socket.setEncoding('latin1').on('data', (text: string) => (received += text));
      socket.write(head(`content-length: ${LARGE}`).replace('/eureka/apps/ORDERS', '/eurek8s/apps'));
      await until('it is refused', async () => received.startsWith('HTTP/1.1 403 '));
      socket.write(`${' '.repeat(LARGE)}GET /healthz HTTP/1.1\r\nhost: eurek8s\r\n\r\n`);
      await until('the body was read', async () => received.includes('HTTP/1.1 200 '));
      socket.destroy();
    }
    assert.equal(await whole(LARGE), 400);
  });

  test('a request that is answered holds nothing', async () => {
    for (let i = 0; i < 20; i++) assert.equal(await whole(LARGE), 400);
  });
});
