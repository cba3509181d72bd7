import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What the rights say of a request: it was refused, it needs none, as probes, or it has the one that it needs. */
export type Standing = 'refused' | 'open' | 'admitted';

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
  readonly #admitted = new WeakSet<Socket>();
  /** To what was refused, or needed no right. */
  readonly #lesserAnswers = new WeakSet<ServerResponse>();

  /** Of each connection, before anything comes on it. */
  begin(socket: Socket): void {
    this.#silent.add(socket);
    socket.once('close', () => {
      for (const sockets of [this.#refused, this.#open, this.#silent]) sockets.delete(socket);
    });
  }

  note(response: ServerResponse, standing: Standing): void {
    const { socket } = response.req;
    if (standing !== 'admitted') this.#lesserAnswers.add(response);
    if (standing === 'refused') this.#refused.add(socket);
    else if (this.#admitted.has(socket)) return;
    else if (standing === 'open') this.#open.add(socket);
    else {
      this.#admitted.add(socket);
      this.#open.delete(socket);
    }
    this.#silent.delete(socket);
  }

  /**
   * Whether this answer, which is under way, keeps its connection from going. That to a request which was refused, or
   * needed no right, does so only while it is to be made: who does not read it, or does not send the rest of the
   * request, would keep the connection by it.
   */
  isKeptBy(response: ServerResponse): boolean {
    return !this.#lesserAnswers.has(response) || (response.req.complete && !response.writableEnded);
  }

  get firstToGo(): readonly Socket[] {
    return [...this.#refused, ...this.#open];
  }

  get silent(): ReadonlySet<Socket> {
    return this.#silent;
  }
}
