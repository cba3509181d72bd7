import type { ProbeAnswer, ProbeTarget } from '../../shared/contribution/probe.ts';

/** Asks load balancers. It never throws, and ends every probe within a limit of time and bytes. */
export interface Prober {
  /** `done` is called once and later, unless the returned function cancels the probe. */
  ask(target: ProbeTarget, done: (answer: ProbeAnswer) => void): () => void;
}
