import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../hub/ports.ts';

/** How often the age of what is in flight is looked at, as a part of the time allowed. */
const LOOKS = 4;

/**
 * The requests being answered, each from its header on until its answer has left. A stop waits for them, and a client
 * that does not read its answer is cut off: until then it keeps the bytes of an old registry in memory.
 */
export class Exchanges {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onSlow: (response: ServerResponse) => void;
  /** Response → epoch milliseconds of its beginning, oldest first. */
  readonly #open = new Map<ServerResponse, number>();
  #cancelLook: (() => void) | undefined;
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

  begin(response: ServerResponse): void {
    this.#open.set(response, this.#clock.now());
    if (this.#stopping) lastOfConnection(response);
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#whenNone?.();
    });
    this.#cancelLook ??= this.#scheduleLook();
  }

  /** Whether an answer has begun on this connection and not ended. */
  answersOn(socket: Duplex): boolean {
    for (const response of this.#open.keys()) if (response.socket === socket) return response.headersSent;
    return false;
  }

  /** From now on every answer closes its connection. Resolves when nothing is in flight, or when the time is over. */
  async finish(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    for (const response of this.#open.keys()) lastOfConnection(response);
    if (this.#open.size > 0)
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(timeoutMs, resolve);
        this.#whenNone = () => {
          cancel();
          resolve();
        };
      });
    this.#cancelLook?.();
  }

  #scheduleLook(): () => void {
    return this.#clock.after(this.#timeoutMs / LOOKS, () => {
      this.#cancelLook = undefined;
      const since = this.#clock.now() - this.#timeoutMs;
      for (const [response, begun] of this.#open) {
        if (begun > since) break;
        this.#onSlow(response);
        response.destroy();
      }
      if (this.#open.size > 0) this.#cancelLook = this.#scheduleLook();
    });
  }
}

function lastOfConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
