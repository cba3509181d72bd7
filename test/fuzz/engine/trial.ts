import { causeOf, errorOf, type Finding } from './finding.ts';
import { checkGrowth, pumpedOf, type Pumped } from './growth.ts';
import { randomOf } from './random.ts';
import { shrunk } from './shrink.ts';
import type { NamedTarget, Target, Verdict } from './target.ts';

/** So many inputs apart, one is made longer and longer instead of judged. */
const GROWTH_EVERY = 25;
/** More causes of failure than this in one target are not looked for: they are mended first. */
const MAX_FINDINGS = 5;
/** Times that a slow input is run again: only what is always slow is slow because of the input. */
const REPEATS = 3;
/** Generous: no input takes a tenth of it, and a busy machine would have to stand still again and again. */
const MAX_BLOCK_MS = 1_000;

export interface Tally {
  readonly name: string;
  readonly tried: number;
  readonly accepted: number;
  readonly refused: number;
  readonly ms: number;
  /** Milliseconds of the longest single call of the product; `undefined` where it is not one call. */
  readonly longestMs: number | undefined;
  readonly longestAt: number;
  readonly longestChars: number;
  readonly growthSearches: number;
  readonly facts: readonly string[];
}

export interface TrialPlan {
  readonly seed: number;
  /** The number of the first input. */
  readonly from: number;
  /** At most. */
  readonly inputs: number;
  /** Milliseconds that one call may keep everybody else waiting; 1 s by default. */
  readonly maxBlockMs?: number;
}

/** One target in one run: its inputs so far, and what they showed. */
export class Trial {
  readonly name: string;
  readonly #seed: number;
  /** The number of the first input that is not tried. */
  readonly #end: number;
  readonly #target: Target;
  readonly #maxBlockMs: number;
  readonly #findings = new Map<string, Finding>();
  #number: number;
  #tried = 0;
  #accepted = 0;
  #refused = 0;
  #ms = 0;
  #longest = { ms: 0, at: 0, chars: 0 };
  #growthSearches = 0;

  private constructor(name: string, { seed, from, inputs, maxBlockMs }: TrialPlan, target: Target) {
    this.name = name;
    this.#seed = seed;
    this.#number = from;
    this.#end = from + inputs;
    this.#target = target;
    this.#maxBlockMs = maxBlockMs ?? MAX_BLOCK_MS;
  }

  static async open({ name, open }: NamedTarget, plan: TrialPlan): Promise<Trial> {
    return new Trial(name, plan, await open());
  }

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  get tally(): Tally {
    const { ms, at, chars } = this.#longest;
    return {
      name: this.name,
      tried: this.#tried,
      accepted: this.#accepted,
      refused: this.#refused,
      ms: this.#ms,
      longestMs: this.#isMeasured ? ms : undefined,
      longestAt: at,
      longestChars: chars,
      growthSearches: this.#growthSearches,
      facts: this.#target.facts?.() ?? [],
    };
  }

  /** Tries inputs for so long. `begin` is told the number of each before. */
  async run(ms: number, begin: (number: number) => void): Promise<void> {
    const started = performance.now();
    const { atOnce = 1, between } = this.#target;
    while (this.#number < this.#end && performance.now() - started < ms && this.#findings.size < MAX_FINDINGS) {
      begin(this.#number);
      if (atOnce === 1) await this.#one(this.#number++);
      else await Promise.all(Array.from({ length: atOnce }, () => this.#one(this.#number++)));
    }
    try {
      await between?.();
    } catch (error) {
      await this.#found(this.#number, '', error);
    }
    this.#ms += performance.now() - started;
  }

  async close(): Promise<void> {
    await this.#target.close?.();
  }

  get #isMeasured(): boolean {
    return (this.#target.atOnce ?? 1) === 1;
  }

  async #one(number: number): Promise<void> {
    const random = randomOf(this.#seed, this.name, number);
    const input = this.#target.generate(random);
    this.#tried++;
    if (number % GROWTH_EVERY === GROWTH_EVERY - 1 && this.#isMeasured && this.#target.growsTo !== 0) {
      const pumped = pumpedOf(input, random);
      if (pumped === undefined) return;
      this.#growthSearches++;
      try {
        await checkGrowth(this.#target, pumped);
      } catch (error) {
        await this.#found(number, pumped, error);
      }
      return;
    }
    try {
      if ((await this.#attempt(input, number)) === 'refused') this.#refused++;
      else this.#accepted++;
    } catch (error) {
      await this.#found(number, input, error);
    }
  }

  /** Most targets answer at once; waiting for each of them would cost more than the input. */
  #attempt(input: string, number: number): Verdict | Promise<Verdict> {
    const { read, judge } = this.#target;
    const begun = performance.now();
    const outcome = read(input);
    if (!(outcome instanceof Promise)) {
      this.#measure(performance.now() - begun, input, number);
      return judge(input, outcome);
    }
    return outcome.then((value) => {
      this.#measure(performance.now() - begun, input, number);
      return judge(input, value);
    });
  }

  #measure(ms: number, input: string, number: number): void {
    if (!this.#isMeasured || ms <= this.#longest.ms) return;
    let least = ms;
    // What answers later lets others go on in between.
    let isOneCall = true;
    for (let i = 0; i < REPEATS && isOneCall; i++) {
      const begun = performance.now();
      isOneCall = !(this.#target.read(input) instanceof Promise);
      if (isOneCall) least = Math.min(least, performance.now() - begun);
    }
    if (least > this.#longest.ms) this.#longest = { ms: least, at: number, chars: input.length };
    if (isOneCall && least > this.#maxBlockMs) throw new Error(`one call takes more than ${this.#maxBlockMs} ms`);
  }

  async #found(number: number, input: string | Pumped, error: unknown): Promise<void> {
    const text = errorOf(error);
    const cause = causeOf(text);
    if (this.#findings.has(cause)) return;
    const finding = { target: this.name, seed: this.#seed, number, error: text };
    this.#findings.set(cause, { ...finding, input });
    if (typeof input !== 'string' || !this.#isMeasured) return;
    const { read, judge } = this.#target;
    const smaller = await shrunk(input, async (candidate) => {
      try {
        await judge(candidate, await read(candidate));
        return false;
      } catch (failure) {
        return causeOf(errorOf(failure)) === cause;
      }
    });
    this.#findings.set(cause, { ...finding, input: smaller });
  }
}
