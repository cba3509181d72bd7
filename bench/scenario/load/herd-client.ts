import { connect } from 'node:net';

export interface HerdClient {
  readonly connected: Promise<void>;
  /** Bytes of the body; -1: the answer was no 200 with a content-length, or broke off. */
  readonly done: Promise<number>;
  ask(request: Buffer): void;
  close(): void;
}

/** Large reads are few reads; the bytes are counted and never looked at, so all clients share one buffer. */
const BUFFER = Buffer.allocUnsafe(1024 * 1024);
/** A slow reader takes what came and then rests: its answer takes seconds. */
const SLOW_REST_MS = 250;

/** One client with a connection of its own that counts the bytes of one answer: anything more would slow the load. */
export function herdClient(port: number, slice: 'fast' | 'slow'): HerdClient {
  let length = -1;
  let left = 0;
  let finish: (bytes: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => (finish = resolve));
  const take = (count: number, bytes: Uint8Array): boolean => {
    if (length < 0) {
      const head = headOf(bytes.subarray(0, count));
      if (head === undefined) {
        finish(-1);
        return false;
      }
      length = head.bodyLength;
      left = head.bytes + head.bodyLength;
    }
    left -= count;
    if (left <= 0) finish(length);
    else if (slice === 'slow') {
      setTimeout(() => socket.resume(), SLOW_REST_MS);
      return false;
    }
    return true;
  };
  const socket = connect({ port, host: '127.0.0.1', onread: { buffer: BUFFER, callback: take } });
  socket.setNoDelay(true);
  socket.once('close', () => finish(-1));
  const connected = new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return { connected, done, ask: (request) => void socket.write(request), close: () => socket.destroy() };
}

/** The head is small and sent together with the beginning of the body. */
function headOf(bytes: Uint8Array): { readonly bytes: number; readonly bodyLength: number } | undefined {
  const text = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (!text.startsWith('HTTP/1.1 200') || end < 0 || length === undefined) return undefined;
  return { bytes: end + 4, bodyLength: Number(length) };
}
