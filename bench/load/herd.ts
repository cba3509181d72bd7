import { connect } from 'node:net';
import { requestBytes, type ReplayedRequest } from './wrk.ts';

/** Fewer than the backlog of a listening socket. */
const MAX_CONNECTING = 256;

/**
 * Connects all clients, each with a connection of its own, and then has them ask at once. Every `slow`-th reads a
 * little at a time. Resolves with the milliseconds until all the others have the whole body.
 */
export async function stampede(
  port: number,
  request: ReplayedRequest,
  bodyBytes: number,
  { clients, slow }: { readonly clients: number; readonly slow: number },
): Promise<number> {
  const herd = [];
  for (let i = 1; i <= clients; i++) {
    const client = herdClient(port, i % slow === 0 ? 'slow' : 'fast');
    herd.push(client);
    if (i % MAX_CONNECTING === 0) await client.connected;
  }
  await Promise.all(herd.map(({ connected }) => connected));
  const startedAt = performance.now();
  const bytes = requestBytes(request);
  for (const { socket } of herd) socket.write(bytes);
  const got = await Promise.all(herd.flatMap(({ pace, done }) => (pace === 'fast' ? [done] : [])));
  const tookMs = performance.now() - startedAt;
  for (const { socket } of herd) socket.destroy();
  const wrong = got.filter((length) => length !== bodyBytes).length;
  if (wrong > 0) throw new Error(`${wrong} of ${clients} clients did not get ${bodyBytes} bytes`);
  return tookMs;
}

/** Shared by all clients, because the bytes are only counted. It is large, so that there are few reads. */
const BUFFER = Buffer.allocUnsafe(1024 * 1024);
/** A slow reader rests so long after each read: its answer takes seconds. */
const SLOW_REST_MS = 250;

/** One client. It only counts the bytes of its answer, as more work would slow the load. */
function herdClient(port: number, pace: 'fast' | 'slow') {
  const { promise: done, resolve: finish } = Promise.withResolvers<number>();
  let length: number | undefined;
  let left = 0;
  const take = (count: number, bytes: Uint8Array): boolean => {
    if (length === undefined) {
      // The head is small and sent together with the beginning of the body.
      const head = Buffer.from(bytes.subarray(0, Math.min(count, 2048))).toString('latin1');
      length = Number(/^HTTP\/1.1 200 [^]*\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
      left = head.indexOf('\r\n\r\n') + 4 + length;
    }
    left -= count;
    if (!(left > 0)) finish(length);
    else if (pace === 'slow') setTimeout(() => socket.resume(), SLOW_REST_MS);
    return pace === 'fast';
  };
  const socket = connect({ port, host: '127.0.0.1', onread: { buffer: BUFFER, callback: take } });
  socket.setNoDelay(true);
  // The length of an answer that breaks off is not a number.
  socket.once('close', () => finish(Number.NaN));
  const connected = new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return { pace, socket, connected, done };
}
