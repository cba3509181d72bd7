import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Files } from './closure.ts';
import type { Instrumented, Mutant } from './instrument.ts';
import { KeptObservations, KeptVerdicts } from './kept.ts';
import { Observations, plan, type Attempt } from './plan.ts';
import { Workplace, type Verdict } from './pool.ts';
import { rankOf } from './sample.ts';

interface Means {
  readonly fresh: boolean;
  readonly processes: number;
  readonly say: (text: string) => void;
}

/** Results are kept every so many attempts, and every so many test files of the first pass. */
const STEP = 50;
const SUITES_STEP = 10;

/** Tries mutants with the tests that pass through them, several at a time. */
export class Trial {
  readonly #root: string;
  readonly #files: Files;
  readonly #instrumented: Instrumented;
  readonly #means: Means;
  readonly #seen = new Observations();

  constructor(root: string, files: Files, instrumented: Instrumented, means: Means) {
    this.#root = root;
    this.#files = files;
    this.#instrumented = instrumented;
    this.#means = means;
  }

  /** Which mutants the tests pass through. */
  async observe(suites: readonly string[]): Promise<Observations> {
    const kept = new KeptObservations(this.#files, this.#instrumented.mutants, this.#means.fresh);
    const unknown = suites.filter((suite) => {
      const known = kept.get(suite);
      if (known !== undefined) this.#seen.add(known);
      return known === undefined;
    });
    let done = 0;
    await this.#each(unknown, async (suite, place) => {
      const observed = await place.observe(suite);
      this.#seen.add(observed);
      kept.set(suite, observed);
      done += 1;
      if (done % SUITES_STEP === 0) kept.write();
    });
    kept.write();
    this.#means.say(`${this.#seen.size} tests pass through them\n`);
    return this.#seen;
  }

  async verdicts(
    isWanted: (mutant: Mutant) => boolean,
  ): Promise<readonly (readonly [Mutant, Verdict | 'not reached'])[]> {
    const attempts = plan(this.#instrumented.mutants, this.#seen, this.#files).filter(({ mutant }) => isWanted(mutant));
    const kept = new KeptVerdicts(this.#files, this.#means.fresh);
    const verdicts = new Map<Mutant, Verdict | 'not reached'>();
    const unknown: Attempt[] = [];
    for (const attempt of attempts) {
      const verdict = attempt.tests.length === 0 ? 'not reached' : kept.get(attempt);
      if (verdict === undefined) unknown.push(attempt);
      else verdicts.set(attempt.mutant, verdict);
    }
    // What a run that is interrupted has tried is a sample as well.
    unknown.sort((a, b) => rankOf(a.mutant) - rankOf(b.mutant));
    let done = 0;
    await this.#each(unknown, async (attempt, place) => {
      const { mutant } = attempt;
      const verdict = await place.try({ ...attempt, kind: 'try', mutant: mutant.id });
      verdicts.set(mutant, verdict);
      kept.set(attempt, verdict);
      done += 1;
      if (done % STEP !== 0) return;
      this.#means.say(`${done} of ${unknown.length} tried\n`);
      kept.write();
    });
    kept.write();
    return attempts.map(({ mutant }) => [mutant, verdicts.get(mutant) ?? 'not reached']);
  }

  async #each<T>(items: readonly T[], work: (item: T, place: Workplace) => Promise<void>): Promise<void> {
    if (items.length === 0) return;
    const directory = mkdtempSync(join(tmpdir(), 'eurek8s-mutation-'));
    const sources = join(directory, 'sources.json');
    writeFileSync(sources, JSON.stringify(this.#instrumented.sources));
    const queue = items.values();
    const one = async (): Promise<void> => {
      const place = new Workplace(this.#root, sources);
      try {
        for (const item of queue) await work(item, place);
      } finally {
        place.close();
      }
    };
    try {
      await Promise.all(Array.from({ length: this.#means.processes }, one));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}
