import type { IncomingMessage, ServerResponse } from 'node:http';
import { oneLine, REASON_HEADER } from './reply.ts';

/**
 * Bytes of one body that never count. A registration has 2 KiB: an ordinary client is served however many others send
 * what is large, or send it slowly.
 */
const SMALL_BODY_BYTES = 16 * 1024;

/**
 * Bounds the memory of request bodies: those that are being received, and those whose request has not been answered,
 * such as writes that wait for a slow legacy, or what waits for its turn on a connection. The limits of one body and of
 * connections alone would allow gigabytes.
 */
export class HeldBodies {
  readonly #limitBytes: number;
  readonly #onRefused: () => void;
  #heldBytes = 0;

  constructor(limitBytes: number, onRefused: () => void) {
    this.#limitBytes = limitBytes;
    this.#onRefused = onRefused;
  }

  /**
   * Counts what is held in one place, which is told anew whenever it changes. False: there is no room for it. It counts
   * all the same, until less is told.
   */
  counter(): (bytes: number) => boolean {
    let counted = 0;
    return (bytes) => {
      const counts = Math.max(0, bytes - SMALL_BODY_BYTES);
      this.#heldBytes += counts - counted;
      counted = counts;
      return counts === 0 || this.#heldBytes <= this.#limitBytes;
    };
  }

  /** Called before anybody reads the body. A body that does not fit is refused with 503, as the client may try again. */
  follow(request: IncomingMessage, response: ServerResponse): void {
    if (!mayBeLarge(request)) return;
    const count = this.counter();
    let received = 0;
    let released = false;
    request.on('data', (chunk: Buffer) => {
      // What comes after the answer is dropped as it comes, and nothing would take it off again.
      if (released) return;
      received += chunk.length;
      if (!count(received)) refuse();
    });
    const release = (): void => {
      released = true;
      count(0);
    };
    const refuse = (): void => {
      release();
      this.#onRefused();
      // What was received so far belongs to these listeners. The rest is read and dropped, or the client, which still
      // sends, would see a reset instead of the answer.
      for (const event of ['data', 'end', 'error']) request.removeAllListeners(event);
      request.on('error', () => undefined).resume();
      answerTooMany(response);
    };
    response.once('close', release);
  }

  /**
   * Counts the body that a packed one became, however small that was. False: it does not fit, and its request has been
   * answered.
   */
  holdUnpacked(response: ServerResponse, bytes: number): boolean {
    const counts = Math.max(0, bytes - SMALL_BODY_BYTES);
    if (counts === 0 || response.destroyed) return true;
    if (this.#heldBytes + counts > this.#limitBytes) {
      this.#onRefused();
      answerTooMany(response);
      return false;
    }
    this.#heldBytes += counts;
    response.once('close', () => (this.#heldBytes -= counts));
    return true;
  }
}

const REASON = 'too many bytes of request bodies are held: try again';

function answerTooMany(response: ServerResponse): void {
  if (response.headersSent) return;
  response.writeHead(503, { [REASON_HEADER]: oneLine(REASON), 'retry-after': '1', 'content-length': '0' }).end();
}

/** Its length is stated, or comes in chunks and may be any. */
function mayBeLarge({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SMALL_BODY_BYTES;
}
