import type { IncomingMessage, ServerResponse } from 'node:http';
import { arrivingBody } from './arriving-body.ts';
import { oneLine, REASON_HEADER } from './reply.ts';

/**
 * Bytes of memory of one body that never count. A registration has 2 KiB: an ordinary client is served however many
 * others send what is large, or send it slowly.
 */
const SMALL_BODY_BYTES = 16 * 1024;
/** A body of so many bytes takes no more than that, however small its parts are. */
const LEAST_BYTES = 64;

/**
 * Bounds the memory of request bodies: those that are being received, and those whose request has not been answered,
 * such as writes that wait for a slow legacy, or what waits for its turn on a connection. The limits of one body and of
 * connections alone would allow gigabytes.
 */
export class HeldBodies {
  readonly #limitBytes: number;
  readonly #onRefused: () => void;
  readonly #onShredded: () => void;
  #heldBytes = 0;

  constructor(limitBytes: number, onRefused: () => void, onShredded: () => void) {
    this.#limitBytes = limitBytes;
    this.#onRefused = onRefused;
    this.#onShredded = onShredded;
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

  /**
   * Called when a request begins. A body that does not fit is refused with 503, as the client may try again. One that is
   * shredded is refused with 400, and its connection ends: nothing more of it is taken in.
   */
  follow(request: IncomingMessage, response: ServerResponse): void {
    if (!mayBeLarge(request)) return;
    const body = arrivingBody(request);
    const count = this.counter();
    const release = (): void => {
      // What comes after the answer is dropped as it comes, and nothing would take it off again.
      body.leave();
      count(0);
    };
    const refuse = (onRefused: () => void, answer: (response: ServerResponse) => void): void => {
      release();
      body.drop();
      onRefused();
      // What was received so far belongs to these listeners. The rest is read and dropped, or the client, which still
      // sends, would see a reset instead of the answer.
      for (const event of ['data', 'end', 'error']) request.removeAllListeners(event);
      request.on('error', () => undefined).resume();
      answer(response);
    };
    const look = (): void => {
      if (body.isShredded) refuse(this.#onShredded, answerShredded);
      else if (!count(body.cost)) refuse(this.#onRefused, answerTooMany);
    };
    body.onPart = look;
    response.once('close', release);
    look();
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
const SHREDDED = 'the body comes in thousands of tiny parts: send larger chunks';

function answerTooMany(response: ServerResponse): void {
  if (response.headersSent) return;
  response.writeHead(503, { [REASON_HEADER]: oneLine(REASON), 'retry-after': '1', 'content-length': '0' }).end();
}

function answerShredded(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else
    response.writeHead(400, { [REASON_HEADER]: oneLine(SHREDDED), connection: 'close', 'content-length': '0' }).end();
}

/** Its length is stated, or comes in chunks and may be any. */
function mayBeLarge({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LEAST_BYTES;
}
