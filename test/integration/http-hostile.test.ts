import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { openConnection, parseAnswer, rawExchange, rawRequest } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { serveForTest } from '../support/running-server.ts';

const HOST = 'host: eurek8s\r\n';

test('a header that does not come to its end has a time of its own, shorter than that of a whole request', async (t) => {
  const { url } = await serveForTest(t, { limits: { headerTimeout: 600, requestTimeout: 3_600_000 } });
  for (const bytes of [`GET /eureka/apps HTTP/1.1\r\n${HOST}x: `, 'GET '])
    assertRefused(parseAnswer(await rawExchange(url, bytes, 60_000)), 408, bytes);
});

describe('hostile input', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => {
    const limits = { headerTimeout: 600, requestTimeout: 900, connections: 40 };
    ({ url } = await serveForTest({ after: (undo) => (stop = undo) }, { limits }));
  });
  after(async () => stop());

  const BYTES: readonly (readonly [what: string, bytes: string, status: number])[] = [
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['TLS to a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01', 400],
    ['an unknown method', `FOO /eureka/apps HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a path without a slash', `GET eureka/apps HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a NUL in the path', `GET /eureka/apps/\x00 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['raw bytes in the path', `GET /eureka/apps/\xc3\xa9 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a header without a colon', `GET /eureka/apps HTTP/1.1\r\n${HOST}what is this\r\n\r\n`, 400],
    ['a header of 20 KB', `GET /eureka/apps HTTP/1.1\r\n${HOST}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path of 20 KB', `GET /eureka/apps/${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 431],
    ['5000 headers', `GET /eureka/apps HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(5000)}\r\n`, 431],
    ['two lengths', `PUT /eureka/apps/A/b HTTP/1.1\r\n${HOST}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 400],
    [
      'length and chunks',
      `PUT /eureka/apps/A/b HTTP/1.1\r\n${HOST}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
      400,
    ],
    [
      'a coding that is chunked, or not',
      `POST /eureka/apps/A HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'a coding like chunked',
      `POST /eureka/apps/A HTTP/1.1\r\n${HOST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['lines that end with LF alone', 'GET /eureka/apps HTTP/1.1\nhost: eurek8s\n\n', 400],
    ['a blank before the colon', `GET /eureka/apps HTTP/1.1\r\n${HOST}content-length : 5\r\n\r\nabcde`, 400],
    ['a header over two lines', `GET /eureka/apps HTTP/1.1\r\n${HOST}a: b\r\n content-length: 5\r\n\r\n`, 400],
    ['a length with a sign', `PUT /eureka/apps/A/b HTTP/1.1\r\n${HOST}content-length: +2\r\n\r\n{}`, 400],
    [
      'a line break within a chunk’s extension',
      `PUT /eureka/apps/A/b HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n2;a=b\nX\r\n{}\r\n0\r\n\r\n`,
      400,
    ],
    ['a negative length', `PUT /eureka/apps/A/b HTTP/1.1\r\n${HOST}content-length: -1\r\n\r\n`, 400],
    [
      'chunks that are none',
      `PUT /eureka/apps/A/b HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
      400,
    ],
  ];
  for (const [what, bytes, status] of BYTES)
    test(`${what}: an empty ${status}, and the connection ends`, async () => {
      const answer = parseAnswer(await rawExchange(url, Buffer.from(bytes, 'latin1')));
      assertRefused(answer, status, what);
      assert.equal(answer.headers['connection'], 'close');
    });

  const PATHS: readonly (readonly [path: string, status: number])[] = [
    ['/eureka/apps/%', 400],
    ['/eureka/apps/%zz', 400],
    ['/eureka/apps/ORDERS/%E0%A4%A', 400],
    ['/eureka/apps/ORDERS/%ff', 400],
    ['/eureka/v2/vips/%c3', 400],
    [`/eureka/apps/ORDERS/${'%3A'.repeat(4000)}`, 404],
    [`/eureka/apps/${'%25'.repeat(4000)}`, 404],
    [`/eureka${'/x'.repeat(5000)}`, 404],
    [`/eureka/apps/${'/'.repeat(10_000)}NOPE`, 404],
    ['/eureka/apps/..%2f..%2fetc%2fpasswd', 404],
    ['/eureka/apps/%00%0d%0aX-Evil:%201', 404],
    ['/eureka/instances/__proto__', 404],
    ['/eureka/apps/constructor/toString', 404],
  ];
  for (const [path, status] of PATHS)
    for (const method of ['GET', 'PUT'] as const)
      test(`${method} ${path.slice(0, 50)}: an empty ${method === 'GET' ? status : 'refusal'}`, async () => {
        const answer = await rawRequest(url, `${method} ${path}`, { accept: 'application/json' });
        assertRefused(answer, method === 'GET' ? status : [400, 404, 405], path);
        assert.equal(answer.headers['x-evil'], undefined);
      });

  test('a request that stops in its header, or in its body, is an empty 408', async () => {
    for (const bytes of [
      `GET /eureka/apps HTTP/1.1\r\n${HOST}x: `,
      `POST /eureka/apps/A HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 10\r\n\r\n{`,
    ])
      assertRefused(parseAnswer(await rawExchange(url, bytes)), 408, bytes);
  });

  test('a connection on which nothing comes is ended', async () => {
    const socket = await openConnection(url);
    socket.resume();
    await once(socket, 'close');
  });

  test('garbage behind a request does not end up in its answer', async () => {
    const bytes = await rawExchange(url, `GET /eureka/apps HTTP/1.1\r\n${HOST}\r\nGARBAGE\r\n\r\n`);
    const text = bytes.toString('latin1');
    assert.ok(text === '' || text.startsWith('HTTP/1.1 '), text);
    const first = parseAnswer(bytes);
    const length = Number(first.headers['content-length']);
    const rest = first.body.subarray(first.status === 200 ? length : 0).toString('latin1');
    assert.ok(rest === '' || rest.startsWith('HTTP/1.1 400'), rest);
  });

  test('connections over the limit are not accepted, and the others are served', async () => {
    const held = await Promise.all(Array.from({ length: 39 }, () => openConnection(url)));
    const asking = held[0];
    assert.ok(asking);
    const extra = await Promise.all(Array.from({ length: 5 }, () => openConnection(url)));
    await Promise.all(
      extra.slice(1).map(async (socket) => {
        socket.resume();
        if (!socket.destroyed) await once(socket, 'close');
      }),
    );
    asking.write(`GET /healthz HTTP/1.1\r\n${HOST}\r\n`);
    const [chunk] = (await once(asking, 'data')) as [Buffer];
    assert.match(chunk.toString(), /^HTTP\/1\.1 200 /);
    for (const socket of [...held, ...extra]) socket.destroy();
  });

  test('what was cut is counted by its reason', async () => {
    // The connections of the previous test may still be open.
    let body = '';
    for (const deadline = Date.now() + 5000; Date.now() < deadline && body === '';)
      body = await rawRequest(url, 'GET /metrics').then(
        (answer) => answer.body.toString(),
        () => '',
      );
    for (const reason of ['malformed', 'timeout', 'limit'])
      assert.match(body, new RegExp(`^eurek8s_connections_cut_total\\{reason="${reason}"\\} [1-9]`, 'm'));
  });
});
