import type { Socket } from 'node:net';

/** What the rights say of a request: it was refused, it needs none, as probes, or it has the one that it needs. */
export type Standing = 'refused' | 'open' | 'admitted';

/** A property and no set of sockets: it is asked for with each request, and is at hand where the socket is. */
const ADMITTED = Symbol('admitted');
type Marked = Socket & { [ADMITTED]?: true };

/**
 * The connections that go first where there are as many as may be: those on which a request was refused, those on which
 * nothing has come that needs a right, and those on which no request has come at all. Idle connections stay open for an
 * hour, silent ones can be opened anew whenever their time is over, and whoever may ask nothing could take all of them.
 */
export class Standings {
  readonly #refused = new Set<Socket>();
  /** All that has come on them needs no right. */
  readonly #open = new Set<Socket>();
  /** No request has come on them. Oldest first. */
  readonly #silent = new Set<Socket>();

  /** Of each connection, before anything comes on it. */
  begin(socket: Socket): void {
    this.#silent.add(socket);
    socket.once('close', () => {
      for (const sockets of [this.#refused, this.#open, this.#silent]) sockets.delete(socket);
    });
  }

  note(socket: Marked, standing: Standing): void {
    if (standing === 'refused') this.#refused.add(socket);
    else if (socket[ADMITTED] === true) return;
    else if (standing === 'open') this.#open.add(socket);
    else {
      socket[ADMITTED] = true;
      this.#open.delete(socket);
    }
    this.#silent.delete(socket);
  }

  get firstToGo(): readonly Socket[] {
    return [...this.#refused, ...this.#open];
  }

  get silent(): ReadonlySet<Socket> {
    return this.#silent;
  }
}
