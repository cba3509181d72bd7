import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { HttpProber } from '../../server/probe/http-prober.ts';
import type { ProbeAnswer, ProbeTarget } from '../../shared/contribution/probe.ts';
import { TestAuthority } from '../support/certificates.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { until } from '../testbed/until.ts';

// What a load balancer may answer, and what it may do instead. The time for one probe is stepped.

const LIMIT_MS = 2_000;
const KIB = 1024;
const NEVER_ASKED = [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  'fe80::1',
  'fd00:ec2::254',
  'fd00:ec2:0:0::254',
  'fd20:ce::254',
  '100.100.100.200',
];

interface Raw {
  readonly port: number;
  readonly sockets: Set<Socket>;
  /** What was received on all connections. */
  received: string;
}

async function listen(t: TestContext, server: TcpServer | Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that does `then` with each connection once it has a request. */
async function raw(t: TestContext, then: (socket: Socket) => void): Promise<Raw> {
  const sockets = new Set<Socket>();
  const seen = { received: '' };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => void sockets.delete(socket));
    socket.once('data', (data) => {
      seen.received += data.toString('latin1');
      then(socket);
    });
  });
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  return Object.assign(seen, { port: await listen(t, server), sockets });
}

function target(port: number, changes: Partial<ProbeTarget> = {}): ProbeTarget {
  return { scheme: 'http', host: 'carol.example.com', address: '127.0.0.1', port, path: '/up?a=b', ...changes };
}

function ask(prober: HttpProber, to: ProbeTarget): Promise<ProbeAnswer> {
  return new Promise((done) => void prober.ask(to, done));
}

/** Writes as long as somebody reads. */
function pour(socket: Socket, text: string): void {
  const next = (): void => {
    while (!socket.destroyed && socket.write(text));
    if (!socket.destroyed) socket.once('drain', next);
  };
  next();
}

test('the answer of the load balancer to the request of a caller is the answer, and redirects are not followed', async (t) => {
  const prober = new HttpProber(new SteppedClock(), LIMIT_MS);
  for (const status of [200, 204, 302, 401, 404, 500, 503]) {
    const server = await raw(t, (socket) =>
      socket.end(`HTTP/1.1 ${status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n`),
    );
    assert.deepEqual(await ask(prober, target(server.port)), { kind: 'answered', status });
    assert.match(server.received, /^GET \/up\?a=b HTTP\/1\.1\r\n/);
    assert.match(server.received, new RegExp(`^host: carol\\.example\\.com:${server.port}\r$`, 'im'));
    assert.doesNotMatch(server.received, /authorization|cookie/i);
  }
});

test('https is asked with the name of the host, whoever signed for it', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'prober-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const { cert, key } = new TestAuthority(dir).files;
  const names: unknown[] = [];
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
    names.push((request.socket as { servername?: unknown }).servername, request.headers.host);
    response.writeHead(200).end();
  });
  const port = await listen(t, server);
  const answer = await ask(new HttpProber(new SteppedClock(), LIMIT_MS), target(port, { scheme: 'https' }));
  assert.deepEqual(answer, { kind: 'answered', status: 200 });
  assert.deepEqual(names, ['carol.example.com', `carol.example.com:${port}`]);
});

test('a body without end costs its headers', async (t) => {
  const server = await raw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    pour(socket, 'x'.repeat(KIB));
  });
  assert.deepEqual(await ask(new HttpProber(new SteppedClock(), LIMIT_MS), target(server.port)), {
    kind: 'answered',
    status: 200,
  });
  await until('the connection is over', async () => server.sockets.size === 0);
});

test('headers without end, interim answers without end, and empty lines before an answer that never comes, are cut', async (t) => {
  const prober = new HttpProber(new SteppedClock(), LIMIT_MS);
  for (const endless of [`x-${'y'.repeat(KIB)}: z\r\n`, 'y'.repeat(KIB)]) {
    const server = await raw(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      pour(socket, endless);
    });
    const answer = await ask(prober, target(server.port));
    assert.deepEqual(answer, { kind: 'unanswered', why: 'failed', text: 'sent headers without end' });
    await until('the connection is over', async () => server.sockets.size === 0);
  }
  for (const endless of [`HTTP/1.1 103 Early\r\nx: ${'y'.repeat(KIB)}\r\n\r\n`, '\r\n'.repeat(KIB)]) {
    const server = await raw(t, (socket) => pour(socket, endless));
    const answer = await ask(prober, target(server.port));
    assert.deepEqual(answer, { kind: 'unanswered', why: 'failed', text: 'sent headers without end' });
    await until('the connection is over', async () => server.sockets.size === 0);
  }
});

test('what is silent, or sends a byte now and then, is over when its time is', async (t) => {
  for (const then of [() => undefined, (socket: Socket) => void socket.write('HTTP/1.1 2')]) {
    const clock = new SteppedClock();
    const server = await raw(t, then);
    const answer = ask(new HttpProber(clock, LIMIT_MS), target(server.port));
    await until('it has the request', async () => server.received !== '');
    clock.advance(LIMIT_MS);
    assert.deepEqual(await answer, { kind: 'unanswered', why: 'timeout', text: 'did not answer within 2s' });
    await until('the connection is over', async () => server.sockets.size === 0);
    assert.equal(clock.pending, 0);
  }
});

test('nobody listens, the connection ends, and it is no HTTP', async (t) => {
  const prober = new HttpProber(new SteppedClock(), LIMIT_MS);
  const closed = createServer();
  const port = await listen(t, closed);
  await new Promise((done) => closed.close(done));
  assert.deepEqual(await ask(prober, target(port)), {
    kind: 'unanswered',
    why: 'refused',
    text: 'refused the connection',
  });
  const ending = await raw(t, (socket) => socket.end());
  const ended = await ask(prober, target(ending.port));
  assert.deepEqual(ended, { kind: 'unanswered', why: 'failed', text: 'ended the connection without an answer' });
  const other = await raw(t, (socket) => socket.end('220 mail.example.com ESMTP\r\n'));
  const answer = await ask(prober, target(other.port));
  assert.equal(answer.kind === 'unanswered' && answer.why, 'failed');
});

test('link-local addresses and metadata services are never asked, however they are written', async () => {
  const prober = new HttpProber(new SteppedClock(), LIMIT_MS);
  for (const scheme of ['http', 'https'] as const)
    for (const address of NEVER_ASKED) {
      const answer = await ask(prober, target(9, { scheme, address }));
      assert.deepEqual(
        answer,
        { kind: 'unanswered', why: 'failed', text: 'was not asked: metadata services of clouds have such addresses' },
        `${scheme} ${address}`,
      );
    }
});

test('at most 16 probes are under way; the others wait for their turn, and may be cancelled', async (t) => {
  const waiting: Socket[] = [];
  const server = await raw(t, (socket) => void waiting.push(socket));
  const prober = new HttpProber(new SteppedClock(), LIMIT_MS);
  const answers: ProbeAnswer[] = [];
  const cancels = Array.from({ length: 40 }, () =>
    prober.ask(target(server.port), (answer) => void answers.push(answer)),
  );
  await until('16 are under way', async () => waiting.length === 16);
  for (const cancel of cancels.slice(0, 8)) cancel();
  for (const cancel of cancels.slice(32)) cancel();
  await until('8 more', async () => waiting.length === 24);
  assert.equal(server.sockets.size, 16);
  await until('all are answered', async () => {
    for (const socket of waiting.splice(0)) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    return answers.length >= 24;
  });
  assert.equal(answers.length, 24);
  assert.ok(server.sockets.size <= 16);
});

test('a load balancer that answers nobody keeps those of other addresses waiting for one turn, not for all of its own', async (t) => {
  const waiting: Socket[] = [];
  const silent = await raw(t, (socket) => void waiting.push(socket));
  const other = await raw(t, (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  const prober = new HttpProber(new SteppedClock(), LIMIT_MS);
  const cancels = Array.from({ length: 40 }, () => prober.ask(target(silent.port), () => undefined));
  await until('16 are under way', async () => waiting.length === 16);
  const answer = ask(prober, target(other.port, { address: 'localhost' }));
  cancels[0]?.();
  assert.deepEqual(await answer, { kind: 'answered', status: 200 });
  await until('the next has the turn after it', async () => waiting.length === 17);
  for (const cancel of cancels) cancel();
});
