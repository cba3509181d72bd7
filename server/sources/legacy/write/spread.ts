import type { Write } from '../../../ports/writes.ts';
import type { LegacyView } from '../view/legacy-view.ts';
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
    if (first.kind === 'accepted') {
      const taker = forwarder.others(first).filter((server) => server === view.takerOf(app, id));
      if (taker.length > 0) await forwarder.forwardTo(taker, write, deadline);
    }
    return first;
  }
}
