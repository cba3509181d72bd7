import { fnv } from '../../../shared/model/hash.ts';

/** Random choices that a seed repeats. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A small number mostly, a large one now and then. */
  few(limit: number): number {
    return Math.floor(limit ** this.next());
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choices.length === 0) throw new Error('there is nothing to choose from');
    return choice as T;
  }
}

/** The choices of one input. They depend on nothing else, so that a single input of a run can be made again. */
export function randomOf(seed: number, target: string, number: number): Random {
  return new Random(fnv(`${seed}/${target}/${number}`));
}
