import type { Random } from '../../ports/clock.ts';

interface Rest {
  readonly failures: number;
  /** Epoch milliseconds until which the target is left alone. */
  readonly until: number;
}

/**
 * The order in which equal targets are tried: the one that answered last first (a server's delta only continues its own
 * earlier answers), then the others as configured. A target that fails rests, twice as long each time, with jitter so
 * that replicas do not come back in step.
 */
export class Failover<T> {
  readonly #targets: readonly T[];
  readonly #firstRest: number;
  readonly #longestRest: number;
  readonly #random: Random;
  readonly #resting = new Map<T, Rest>();
  #current: T | undefined;

  constructor(targets: readonly T[], firstRest: number, longestRest: number, random: Random) {
    this.#targets = targets;
    this.#firstRest = firstRest;
    this.#longestRest = longestRest;
    this.#random = random;
  }

  /** The target that answered last. */
  get current(): T | undefined {
    return this.#current;
  }

  /** Targets that may be tried now; empty while all rest. */
  ready(now: number): readonly T[] {
    return this.#sticky().filter((target) => (this.#resting.get(target)?.until ?? 0) <= now);
  }

  /** All targets, resting ones last: for what cannot wait. */
  all(now: number): readonly T[] {
    const ready = this.ready(now);
    return [...ready, ...this.#sticky().filter((target) => !ready.includes(target))];
  }

  /** Epoch milliseconds from which at least one target may be tried. */
  readyAt(): number {
    return Math.min(...this.#targets.map((target) => this.#resting.get(target)?.until ?? 0));
  }

  succeeded(target: T): void {
    this.#current = target;
    this.#resting.delete(target);
  }

  failed(target: T, now: number): void {
    const failures = (this.#resting.get(target)?.failures ?? 0) + 1;
    const rest = Math.min(this.#longestRest, this.#firstRest * 2 ** Math.min(failures - 1, 30));
    this.#resting.set(target, { failures, until: now + rest * (0.5 + this.#random() / 2) });
  }

  #sticky(): readonly T[] {
    const current = this.#current;
    if (current === undefined) return this.#targets;
    return [current, ...this.#targets.filter((target) => target !== current)];
  }
}
