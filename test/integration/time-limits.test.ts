import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { temporaryDirectory } from '../support/credentials.ts';
import { TestAuthority } from '../support/certificates.ts';
import { parseAnswer, rawExchange } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';
import { serveProcess } from '../support/served-process.ts';

/** Milliseconds; far longer than the limits of the tests, far shorter than all others that would end a connection. */
const SOON = 60_000;
const LONG = 600_000;

test('half a header is ended by the limit of headers, long before that of whole requests', async (t) => {
  const { url } = await serveForTest(t, { limits: { headerTimeout: 300, requestTimeout: LONG } });
  const answer = await rawExchange(url, 'GET /eureka/apps HTTP/1.1\r\nhost: x\r\nx-half: ', SOON);
  assert.equal(parseAnswer(answer).status, 408);
});

test('half a handshake is ended while the server goes on', async (t) => {
  const { cert, key } = new TestAuthority(temporaryDirectory(t)).server();
  const { url } = await serveForTest(t, {
    flags: { 'listen.tls.cert': [cert], 'listen.tls.key': [key] },
    limits: { headerTimeout: 300, requestTimeout: LONG },
  });
  const { port, hostname } = new URL(url);
  const half = connect(Number(port), hostname);
  half.on('error', () => undefined).resume();
  await once(half, 'connect');
  // The beginning of a ClientHello.
  half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
  let isLate = false;
  half.setTimeout(SOON, () => {
    isLate = true;
    half.destroy();
  });
  await once(half, 'close');
  assert.equal(isLate, false);
});

test('connections leave room for other files where few may be open, and the log says so', async (t) => {
  const served = await serveProcess(t, temporaryDirectory(t), { leases: { enabled: true } }, { limits: ['-n 300'] });
  await served.ready();
  const line = served
    .log()
    .split('\n')
    .find((each) => each.includes('the limit of open files allows fewer connections: raise it'));
  const { openFiles, connections } = JSON.parse(line ?? '{}') as Readonly<Record<string, unknown>>;
  assert.deepEqual([openFiles, connections], [300, 172]);
});
