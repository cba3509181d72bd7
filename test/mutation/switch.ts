/** More hits than that mean a loop that does not end. */
export class Endless extends Error {}

/**
 * Which mutant is active, and which ones are passed when none is. Asked at nearly every expression of the instrumented
 * code, so it is quick before all else.
 */
class MutationSwitch {
  #active = -1;
  #hits = 0;
  #limit = 0;
  #counts: Uint32Array | undefined;

  constructor() {
    Object.assign(this, { stryCov_9fa48: this.#cover.bind(this), stryMutAct_9fa48: this.#isActive.bind(this) });
  }

  /** Activates one mutant, until `off`. */
  on(mutant: number, limit: number): void {
    this.#active = mutant;
    this.#hits = 0;
    this.#limit = limit;
  }

  off(): void {
    this.#active = -1;
  }

  /** Whether the mutant activated last was passed more often than its limit. */
  get isEndless(): boolean {
    return this.#hits > this.#limit;
  }

  /** From now on the mutants passed are counted, in these. */
  count(counts: Uint32Array | undefined): void {
    this.#counts = counts;
  }

  #isActive(mutant: number): boolean {
    if (mutant !== this.#active) return false;
    this.#hits += 1;
    if (this.#hits > this.#limit) throw new Endless('a loop does not end');
    return true;
  }

  #cover(...mutants: readonly number[]): void {
    const counts = this.#counts;
    if (counts !== undefined) for (const mutant of mutants) counts[mutant]! += 1;
  }
}

/** The instrumented code finds it by its name. */
export const mutationSwitch = new MutationSwitch();
Object.assign(globalThis, { mutationSwitch });
