import type { ServerResponse } from 'node:http';
import { eventText, openEventStream } from '../http/event-stream.ts';

/**
 * One browser that follows the stream. What it does not read is not kept for it: it is told afterwards that it has to
 * load anew. So it costs its buffer at most, which is that of the connection and one event.
 */
export class Reader {
  readonly #response: ServerResponse;
  #missed = false;

  constructor(response: ServerResponse, closed: () => void) {
    this.#response = response;
    response.once('close', closed);
    response.on('drain', () => {
      if (!this.#missed) return;
      this.#missed = false;
      this.tell(RELOAD);
    });
    openEventStream(response);
  }

  /** `event`: as it goes to the connection. */
  tell(event: string): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    if (this.#response.writableNeedDrain) this.#missed = true;
    else this.#response.write(event);
  }

  /** It has not read for a while what it was told before. */
  get isBehind(): boolean {
    return this.#missed;
  }

  end(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }
}

export const RELOAD = eventText('reload', {});
