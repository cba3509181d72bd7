import type { Write } from '../../../ports/writes.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { Forwarded, Forwarder } from './forwarder.ts';

export interface SpreadParts {
  readonly forwarder: Forwarder;
  readonly view: Pick<LegacyView, 'instance' | 'takerOf'>;
}

/**
 * Forwards a write to whom it concerns. One server is enough when they replicate to each other. One that is cut off, or
 * is behind, has what another one does not know of: it would be served again when that is polled or heard of.
 */
export class Spread {
  readonly #parts: SpreadParts;

  constructor(parts: SpreadParts) {
    this.#parts = parts;
  }

  /** `deadline`: epoch milliseconds by which the client must have its answer. */
  async forward(write: Write, deadline: number): Promise<Forwarded> {
    const { forwarder, view } = this.#parts;
    const { app, id, kind } = write;
    const first = await forwarder.forward(write, deadline);
    // A client whose heartbeat is answered 404 registers again, where its heartbeats go.
    if (kind === 'register' || kind === 'renew' || view.instance(app, id) === undefined) return first;
    const answers = await Promise.all(
      this.#alsoConcerned(write, first).map((server) => forwarder.forwardTo([server], write, deadline)),
    );
    if (first.kind === 'accepted') return first;
    return answers.find(({ kind: answer }) => answer === 'accepted') ?? first;
  }

  /** All others when the first one does not have it. It is served, so one of them may. */
  #alsoConcerned({ app, id }: Write, first: Forwarded): readonly LegacyServer[] {
    const { forwarder, view } = this.#parts;
    if (first.kind === 'accepted') return forwarder.others(first).filter((server) => server === view.takerOf(app, id));
    return first.kind === 'rejected' && first.status === 404 ? forwarder.others(first) : [];
  }
}
