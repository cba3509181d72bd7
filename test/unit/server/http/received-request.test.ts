import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ReceivedRequest } from '../../../../server/http/received-request.ts';

const CHUNKED = 'POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n';

test('trailers are read by nobody, and are not kept', async (t) => {
  const server = createServer({ IncomingMessage: ReceivedRequest });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(`${CHUNKED}2\r\nhi\r\n0\r\n${'one: 1\r\n'.repeat(50)}\r\n`);
  const [request, response] = (await once(server, 'request')) as [ReceivedRequest, { end(): void }];
  let body = '';
  for await (const chunk of request) body += String(chunk);
  assert.deepEqual([body, request.complete, request.rawTrailers, { ...request.trailers }], ['hi', true, [], {}]);
  response.end();
  await once(socket.resume(), 'close');
});
