import type { Files } from './closure.ts';
import type { Mutant } from './instrument.ts';
import type { Covering, Hits, Observed, ObservedTest, TestId } from './messages.ts';

/** What the tests do when no mutant is active. */
export class Observations {
  readonly #covering = new Map<number, Covering[]>();
  readonly #whileLoading = new Set<number>();
  readonly #tests: ObservedTest[] = [];

  add({ tests, whileLoading }: Observed): void {
    for (const [mutant] of whileLoading) this.#whileLoading.add(mutant);
    this.#tests.push(...tests);
    for (const { test, ms, hits, failure } of tests)
      if (failure === undefined) for (const hit of hits) this.#cover(hit, test, ms);
  }

  #cover([mutant, hits]: Hits, test: TestId, ms: number): void {
    const tests = this.#covering.get(mutant);
    if (tests === undefined) this.#covering.set(mutant, [{ test, hits, ms }]);
    else tests.push({ test, hits, ms });
  }

  get size(): number {
    return this.#tests.length;
  }

  /** Tests that fail without a mutant. They can tell nothing about one, and are left out. */
  get failed(): readonly ObservedTest[] {
    return this.#tests.filter(({ failure }) => failure !== undefined);
  }

  covering(mutant: Mutant): readonly Covering[] {
    return this.#covering.get(mutant.id) ?? [];
  }

  isWhileLoading(mutant: Mutant): boolean {
    return this.#whileLoading.has(mutant.id);
  }
}

/** Tests that take longer, with their large inputs, are for mutants that no quicker test passes through. */
const MAX_TEST_MS = 1_000;
/** What the tests of one mutant take together, in the times of the first pass. */
const MAX_TOTAL_MS = 5_000;

export interface Attempt {
  readonly mutant: Mutant;
  readonly tests: readonly Covering[];
  /** Modules that a mutant changes while they are loaded. */
  readonly anew?: readonly string[];
}

/**
 * The tests for each mutant, the quick ones and those of the file itself first. A mutant of what is made while modules
 * are loaded, such as a constant, shows in whatever uses it: in any test that passes through its file, or through a
 * file that imports it.
 */
export function plan(mutants: readonly Mutant[], seen: Observations, files: Files): readonly Attempt[] {
  const sources = [...new Set(mutants.map(({ file }) => file))];
  const through = new Map(sources.map((file) => [file, new Map<TestId, Covering>()]));
  for (const mutant of mutants)
    for (const { test, ms } of seen.covering(mutant)) through.get(mutant.file)?.set(test, { test, ms, hits: 0 });
  return mutants.map((mutant) => {
    const tests = new Map<TestId, Covering>();
    const whileLoading = seen.isWhileLoading(mutant);
    if (whileLoading)
      for (const file of sources)
        if (file === mutant.file || files.imports(file).includes(mutant.file))
          for (const [test, covering] of through.get(file) ?? []) tests.set(test, covering);
    for (const covering of seen.covering(mutant)) tests.set(covering.test, covering);
    const own = `test/unit/${mutant.file.replace(/\.ts$/, '')}`;
    const cost = ({ test, ms }: Covering): number => ms * (test.startsWith(own) ? 0.1 : 1);
    const sorted = [...tests.values()].toSorted((a, b) => cost(a) - cost(b));
    let total = 0;
    const quick = sorted.filter(({ ms }) => ms <= MAX_TEST_MS && (total += ms) <= MAX_TOTAL_MS);
    const attempt = { mutant, tests: quick.length === 0 ? sorted : quick };
    return whileLoading ? { ...attempt, anew: files.dependents(mutant.file) } : attempt;
  });
}
