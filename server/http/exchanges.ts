import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';

/** How often the age of open exchanges is checked within one timeout. */
const CHECKS_PER_TIMEOUT = 4;

/**
 * The requests whose answer has not been sent completely. A stop waits for them. A client that does not read its answer
 * is cut off, because until then it keeps the bytes of an old registry in memory. Ready bytes mostly leave while the request
 * is handled, or with TLS within the same turn of the event loop. Such an exchange is over before it would be recorded, and
 * costs next to nothing here.
 */
export class Exchanges {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onSlow: (response: ServerResponse) => void;
  /** Response → epoch milliseconds of its beginning, oldest first. */
  readonly #open = new Map<ServerResponse, number>();
  /** What is not over with its handler, of this turn of the event loop. */
  #fresh: ServerResponse[] = [];
  #cancelCheck: (() => void) | undefined;
  /** Those that the server lets wait on purpose. */
  readonly #unhurried = new WeakSet<ServerResponse>();
  /** Those that never end by themselves. */
  readonly #streams = new WeakSet<ServerResponse>();
  #stopping = false;
  #whenNone: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number, onSlow: (response: ServerResponse) => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onSlow = onSlow;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Passes a request to `listener`, and records the exchange unless it is over by then. */
  handle(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    if (this.#stopping) lastOfConnection(response);
    listener(request, response);
    if (isOver(response)) return;
    if (this.#fresh.length === 0) setImmediate(() => this.#record());
    this.#fresh.push(response);
  }

  /** This answer may take its time to begin; once it has begun, it must be read as any other. */
  allowWait(response: ServerResponse): void {
    this.#unhurried.add(response);
  }

  /** This answer goes on as long as its client follows it; whoever sends it watches whether it is read. */
  allowStream(response: ServerResponse): void {
    this.#streams.add(response);
  }

  /** The answer that is being made or sent on this connection. */
  openOn(socket: Duplex): ServerResponse | undefined {
    this.#record();
    for (const response of this.#open.keys()) if (response.socket === socket) return response;
    return undefined;
  }

  /** The answers that are being made or sent. */
  get underWay(): readonly ServerResponse[] {
    this.#record();
    return [...this.#open.keys()];
  }

  /** The connections on which an answer is being made or sent. */
  get sockets(): ReadonlySet<Duplex> {
    return new Set(this.underWay.map(({ req }) => req.socket));
  }

  /** The answers under way are the last ones of these connections. A stream, which has no last part, ends at once. */
  endConnections(isOne: (socket: Duplex) => boolean): void {
    this.#record();
    for (const response of this.#open.keys()) {
      const { socket } = response.req;
      if (!isOne(socket)) continue;
      lastOfConnection(response);
      if (this.#streams.has(response)) response.destroy();
      // Where its header has been sent, or Node was told otherwise.
      else response.once('close', () => socket.destroySoon());
    }
  }

  /** From now on every answer closes its connection. Resolves when nothing is in flight, or after `timeoutMs`. */
  async finish(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    this.#record();
    for (const response of this.#open.keys()) lastOfConnection(response);
    if (this.#open.size > 0)
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(timeoutMs, resolve);
        this.#whenNone = () => {
          cancel();
          resolve();
        };
      });
    this.#cancelCheck?.();
  }

  #record(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const response of fresh) if (!isOver(response)) this.#follow(response);
  }

  #follow(response: ServerResponse): void {
    this.#open.set(response, this.#clock.now());
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#whenNone?.();
    });
    this.#cancelCheck ??= this.#scheduleCheck();
  }

  #scheduleCheck(): () => void {
    return this.#clock.after(this.#timeoutMs / CHECKS_PER_TIMEOUT, () => {
      this.#cancelCheck = undefined;
      const since = this.#clock.now() - this.#timeoutMs;
      for (const [response, begun] of this.#open) {
        if (begun > since) break;
        if (this.#unhurried.has(response) && !response.headersSent) continue;
        if (this.#streams.has(response)) continue;
        this.#onSlow(response);
        response.destroy();
      }
      if (this.#open.size > 0) this.#cancelCheck = this.#scheduleCheck();
    });
  }
}

function isOver(response: ServerResponse): boolean {
  return response.destroyed || (response.writableEnded && response.writableLength === 0);
}

function lastOfConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
