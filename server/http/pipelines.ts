import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { arrivingBody, type ArrivingBody } from './arriving-body.ts';
import type { HeldBodies } from './held-bodies.ts';
import { charactersOf } from './repeated-headers.ts';
import type { RequestTurns } from './request-turns.ts';

/** Requests that may wait on one connection. No client of a registry is known to send more than a few. */
const MAX_WAITING = 16;
/** Bytes of memory of their headers and bodies. Where one body alone has as many, Node reads no further. */
const MAX_WAITING_BYTES = 64 * 1024;
/**
 * What a header takes besides its characters: two strings, and their places in the list and in the object. Measured: 120
 * to 150 where each has a name of its own.
 */
const HEADER_BYTES = 128;

/**
 * Requests that a client sends before it has the answer to the one before. Node would handle all of them as they
 * arrive, some thousand in one turn of the event loop, and keep their answers. Here each begins when the answer before
 * it is over, and none does that a closed connection has left behind. Where more wait than may, the connection is
 * ended. It is never left unread: its end would not be seen, and what has arrived in time would be late. Of a client
 * that waits for its answers nothing is seen here.
 */
export class Pipelines {
  readonly #turns: RequestTurns;
  readonly #held: HeldBodies;
  readonly #onTooMuch: () => void;
  readonly #lines = new WeakMap<Duplex, Line>();

  constructor(turns: RequestTurns, held: HeldBodies, onTooMuch: () => void) {
    this.#turns = turns;
    this.#held = held;
    this.#onTooMuch = onTooMuch;
  }

  beginLater(begin: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // What has been read in one piece arrives to its end.
    if (socket.destroyed) return;
    const line = this.#lineOf(socket);
    const leave = enter(line, request, response, () => this.#look(line, socket));
    if (line.waiting.size > MAX_WAITING) {
      this.#end(line, socket);
      return;
    }
    this.#look(line, socket);
    // Node gives a response its connection when the response before it is over.
    response.once('socket', () => {
      leave();
      line.next = response;
      this.#look(line, socket);
      const beginNow = (): void => {
        line.next = undefined;
        if (socket.writable) begin(request, response);
      };
      // Not within this event, as Node has not made the response ready yet.
      if (this.#turns.isSpent()) setImmediate(beginNow);
      else process.nextTick(beginNow);
    });
  }

  /** The answers to what waits on this connection, in order. */
  waitingOn(socket: Duplex): readonly ServerResponse[] {
    const line = this.#lines.get(socket);
    if (line === undefined) return [];
    const waiting = Array.from(line.waiting, ({ response }) => response);
    return line.next === undefined ? waiting : [line.next, ...waiting];
  }

  #lineOf(socket: Socket): Line {
    const known = this.#lines.get(socket);
    if (known !== undefined) return known;
    const line: Line = { waiting: new Set(), next: undefined, hold: this.#held.counter(), isJudged: false };
    this.#lines.set(socket, line);
    socket.once('close', () => {
      line.waiting.clear();
      line.hold(0);
    });
    return line;
  }

  /**
   * Where all that is held has no room, this one ends at once, as thousands may come in one turn. What is too much for
   * one connection is judged at the end of the turn: with TLS an answer that the client has read to its end may be over
   * only then. The next request may have a large body.
   */
  #look(line: Line, socket: Socket): void {
    const bytes = bytesOf(line);
    if (!line.hold(bytes)) this.#end(line, socket);
    else if (bytes > MAX_WAITING_BYTES && !line.isJudged) {
      line.isJudged = true;
      setImmediate(() => this.#judge(line, socket));
    }
  }

  #judge(line: Line, socket: Socket): void {
    line.isJudged = false;
    if (bytesOf(line) > MAX_WAITING_BYTES) this.#end(line, socket);
  }

  #end({ waiting }: Line, socket: Socket): void {
    for (const { body } of waiting) body.drop();
    if (socket.destroyed) return;
    this.#onTooMuch();
    socket.destroy();
  }
}

/** A request that has not begun. */
interface Waiting {
  readonly response: ServerResponse;
  /** Bytes of memory of its request line and headers. */
  readonly head: number;
  readonly body: ArrivingBody;
}

/** Those of one connection. */
interface Line {
  readonly waiting: Set<Waiting>;
  /** Its turn has come, and it has not begun yet. */
  next: ServerResponse | undefined;
  /** Counts them among all bodies that are held. */
  readonly hold: (bytes: number) => boolean;
  isJudged: boolean;
}

/** `onBody` is called for each part of its body that arrives while it waits. The returned function ends that. */
function enter({ waiting }: Line, request: IncomingMessage, response: ServerResponse, onBody: () => void): () => void {
  const body = arrivingBody(request);
  const entry = { response, head: headBytes(request), body };
  waiting.add(entry);
  body.onPart = onBody;
  return () => {
    waiting.delete(entry);
    body.leave();
  };
}

function headBytes({ url = '', rawHeaders }: IncomingMessage): number {
  return url.length + charactersOf(rawHeaders) + HEADER_BYTES * (rawHeaders.length / 2);
}

function bytesOf({ waiting }: Line): number {
  let bytes = 0;
  for (const { head, body } of waiting) bytes += head + body.cost;
  return bytes;
}
