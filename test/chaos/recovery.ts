import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultKind } from './faults.ts';
import type { Judge } from './judge.ts';

/** From the end of each fault to the first answers of all replicas that are right by the strict rule. */
export class Recovery {
  readonly times = new Map<FaultKind, number[]>();
  readonly #judge: Judge;
  readonly #replicas: number;
  readonly #now: () => number;

  constructor(judge: Judge, replicas: number, now: () => number) {
    this.#judge = judge;
    this.#replicas = replicas;
    this.#now = now;
  }

  /** Follows one fault that has just ended; other faults may prolong it. */
  async follow(kind: FaultKind, stopped: AbortSignal): Promise<void> {
    const endedAt = this.#now();
    while (!stopped.aborted) {
      const rightAt = Array.from({ length: this.#replicas }, (_, i) => this.#judge.firstRightSince(i, endedAt));
      if (rightAt.every((at) => at !== undefined)) {
        const times = this.times.get(kind) ?? [];
        this.times.set(kind, [...times, Math.max(...rightAt.map((at) => (at ?? endedAt) - endedAt))]);
        return;
      }
      await sleep(500, undefined, { ref: false });
    }
  }
}
