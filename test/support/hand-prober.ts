import type { Prober } from '../../server/ports/probe.ts';
import type { ProbeAnswer, ProbeTarget } from '../../shared/contribution/probe.ts';

/** A prober that a test answers for. */
export class HandProber implements Prober {
  readonly asked: ProbeTarget[] = [];
  readonly #open = new Set<{ readonly target: ProbeTarget; readonly done: (answer: ProbeAnswer) => void }>();

  ask(target: ProbeTarget, done: (answer: ProbeAnswer) => void): () => void {
    const probe = { target, done };
    this.asked.push(target);
    this.#open.add(probe);
    return () => void this.#open.delete(probe);
  }

  /** The hosts that are being asked now. */
  get open(): readonly string[] {
    return Array.from(this.#open, ({ target }) => target.host);
  }

  answer(status: number): void {
    for (const probe of this.#open) {
      this.#open.delete(probe);
      probe.done({ kind: 'answered', status });
    }
  }
}
