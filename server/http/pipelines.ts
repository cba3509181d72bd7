import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestTurns } from './request-turns.ts';

/** Requests that wait on one connection. With so many no more are read from it; no client is known to send as many. */
const MAX_WAITING = 16;

/**
 * Requests that a client sends before it has the answer to the one before. Node would handle all of them as they
 * arrive, some thousand in one turn of the event loop, and keep their answers. Here each begins when the answer before
 * it is over, and none does that a closed connection has left behind. Of a client that waits for its answers nothing is
 * seen here.
 */
export class Pipelines {
  readonly #turns: RequestTurns;
  readonly #lines = new WeakMap<Socket, Line>();

  constructor(turns: RequestTurns) {
    this.#turns = turns;
  }

  beginLater(begin: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const line = this.#lineOf(socket);
    line.waiting++;
    // Not at once: for each request that Node takes in it reads on in the next tick.
    if (isFull(line)) process.nextTick(() => pauseIfFull(line, socket));
    // Node gives a response its connection when the response before it is over.
    response.once('socket', () => {
      const wasFull = isFull(line);
      line.waiting--;
      if (wasFull && !isFull(line)) socket.resume();
      const beginNow = (): void => {
        if (socket.writable) begin(request, response);
      };
      // Not within this event, as Node has not made the response ready yet.
      if (this.#turns.isSpent()) setImmediate(beginNow);
      else process.nextTick(beginNow);
    });
  }

  #lineOf(socket: Socket): Line {
    const known = this.#lines.get(socket);
    if (known !== undefined) return known;
    const line = { waiting: 0 };
    this.#lines.set(socket, line);
    // Node reads on whenever an answer has left, too.
    socket.on('resume', () => pauseIfFull(line, socket));
    return line;
  }
}

/** The requests of one connection that have not begun. */
interface Line {
  waiting: number;
}

function isFull({ waiting }: Line): boolean {
  return waiting >= MAX_WAITING;
}

function pauseIfFull(line: Line, socket: Socket): void {
  if (isFull(line)) socket.pause();
}
