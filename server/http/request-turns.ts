import type { IncomingMessage } from 'node:http';
import type { NewTimeSlice, TimeSlice } from '../../shared/time-slice.ts';

/**
 * What requests take of one turn of the event loop. Each costs little, but a thousand that arrive in one turn would hold
 * up everybody else until the last of them is answered. When the slice of a turn is spent, further requests wait for
 * later ones, one of each client's address after the other: a thousand of one address keep a probe waiting for one
 * turn. What is answered by ready bytes never comes here.
 */
export class RequestTurns {
  readonly #newTimeSlice: NewTimeSlice;
  /** Of the present turn, once a request has come in it. */
  #slice: TimeSlice | undefined;
  /** By the address of the client, the one that is next first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isDraining = false;

  constructor(newTimeSlice: NewTimeSlice) {
    this.#newTimeSlice = newTimeSlice;
  }

  /** Whether requests have had their share of the present turn. */
  isSpent(): boolean {
    return this.#current().isSpent();
  }

  /** Handles a request at once where there is time, or in a later turn. */
  take({ socket }: IncomingMessage, handle: () => void): void {
    if (!this.#isDraining && !this.isSpent()) {
      handle();
      return;
    }
    const address = socket.remoteAddress ?? '';
    const waiting = this.#waiting.get(address);
    if (waiting === undefined) this.#waiting.set(address, [handle]);
    else waiting.push(handle);
    if (!this.#isDraining) void this.#drain();
  }

  #current(): TimeSlice {
    if (this.#slice !== undefined) return this.#slice;
    this.#slice = this.#newTimeSlice();
    setImmediate(() => (this.#slice = undefined));
    return this.#slice;
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    const slice = this.#newTimeSlice();
    while (this.#waiting.size > 0) {
      await slice.next();
      do {
        this.#shift()?.();
        // What a handler does in promises counts, too: a tick comes when all of them have gone on.
        await new Promise<void>((resolve) => process.nextTick(resolve));
      } while (this.#waiting.size > 0 && !slice.isSpent());
    }
    this.#isDraining = false;
  }

  #shift(): (() => void) | undefined {
    for (const [address, waiting] of this.#waiting) {
      this.#waiting.delete(address);
      const first = waiting.shift();
      if (waiting.length > 0) this.#waiting.set(address, waiting);
      return first;
    }
    return undefined;
  }
}
