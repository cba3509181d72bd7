import type { Random } from '../../../ports/clock.ts';

interface Backoff {
  readonly failures: number;
  /** Epoch milliseconds until which the target is not used. */
  readonly until: number;
}

/** In milliseconds, before jitter. */
export interface BackoffSettings {
  /** After the first failure. */
  readonly minBackoff: number;
  readonly maxBackoff: number;
}

/** Keeps the exponent small, so that the product is a finite number. */
const MAX_DOUBLINGS = 30;

/**
 * The order in which equal targets are tried. The one that answered last comes first, because a server's delta
 * continues only its own earlier answers. The others follow as configured. A target that fails backs off, twice as long
 * each time, with jitter so that replicas do not return in step.
 */
export class Failover<T> {
  readonly #targets: readonly T[];
  readonly #settings: BackoffSettings;
  readonly #random: Random;
  readonly #backoffs = new Map<T, Backoff>();
  #current: T | undefined;

  constructor(targets: readonly T[], settings: BackoffSettings, random: Random) {
    this.#targets = targets;
    this.#settings = settings;
    this.#random = random;
  }

  /** The target that answered last. */
  get current(): T | undefined {
    return this.#current;
  }

  /** Targets that may be tried now; empty while all back off. */
  ready(now: number): readonly T[] {
    return this.#inOrder().filter((target) => this.#readyAt(target) <= now);
  }

  /** All targets, those that back off last: for requests that cannot wait. `first`: to be tried first unless it backs off. */
  all(now: number, first?: T): readonly T[] {
    const inOrder = this.ready(now);
    const ready =
      first !== undefined && inOrder.includes(first)
        ? [first, ...inOrder.filter((target) => target !== first)]
        : inOrder;
    return [...ready, ...this.#inOrder().filter((target) => !ready.includes(target))];
  }

  /**
   * The part of the time that is left for the first of these targets. Those that have not failed get the same, so that
   * one that hangs leaves time for the next. Those whose last exchange failed take nothing from these: they are
   * known to be down. Among such ones the next gets a half, because the one that answered last comes first.
   */
  share(targets: readonly T[]): number {
    const sound = targets.filter((target) => !this.#backoffs.has(target)).length;
    const [first] = targets;
    if (first !== undefined && !this.#backoffs.has(first)) return 1 / sound;
    return 1 / (sound > 0 ? sound + 1 : Math.min(targets.length, 2));
  }

  /** Epoch milliseconds from which at least one target may be tried. */
  readyAt(): number {
    return Math.min(...this.#targets.map((target) => this.#readyAt(target)));
  }

  succeeded(target: T): void {
    this.#current = target;
    this.#backoffs.delete(target);
  }

  failed(target: T, now: number): void {
    const { minBackoff, maxBackoff } = this.#settings;
    const failures = (this.#backoffs.get(target)?.failures ?? 0) + 1;
    const backoff = Math.min(maxBackoff, minBackoff * 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
    this.#backoffs.set(target, { failures, until: now + backoff * (0.5 + this.#random() / 2) });
  }

  #readyAt(target: T): number {
    return this.#backoffs.get(target)?.until ?? 0;
  }

  #inOrder(): readonly T[] {
    const current = this.#current;
    if (current === undefined) return this.#targets;
    return [current, ...this.#targets.filter((target) => target !== current)];
  }
}
