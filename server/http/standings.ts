import type { Socket } from 'node:net';

/** What the rights say of a request: it was refused, it needs none, as probes, or it has the one that it needs. */
export type Standing = 'refused' | 'open' | 'admitted';

/**
 * The connections that go first where there are as many as may be: those on which a request was refused, and those on
 * which nothing has come that needs a right. Idle connections stay open for an hour, and whoever may ask nothing could
 * take all of them.
 */
export class Standings {
  readonly #refused = new Set<Socket>();
  /** All that has come on them needs no right. */
  readonly #open = new Set<Socket>();
  readonly #admitted = new WeakSet<Socket>();

  note(socket: Socket, standing: Standing): void {
    if (standing === 'refused') keepWhileOpen(this.#refused, socket);
    else if (this.#admitted.has(socket)) return;
    else if (standing === 'open') keepWhileOpen(this.#open, socket);
    else {
      this.#admitted.add(socket);
      this.#open.delete(socket);
    }
  }

  get firstToGo(): readonly Socket[] {
    return [...this.#refused, ...this.#open];
  }
}

function keepWhileOpen(sockets: Set<Socket>, socket: Socket): void {
  if (sockets.has(socket)) return;
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}
