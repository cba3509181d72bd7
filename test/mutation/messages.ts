// What the run and its worker processes tell each other.

/** `test/unit/…/x.test.ts#3`: the file, and which of its tests. */
export type TestId = string;

/** A test, how often it passes the mutant and how long it takes when no mutant is active. */
export interface Covering {
  readonly test: TestId;
  readonly hits: number;
  readonly ms: number;
}

export type Task =
  /** Runs all tests of the file with no mutant active. */
  | { readonly kind: 'observe'; readonly file: string }
  /** Runs the tests until one fails. */
  | {
      readonly kind: 'try';
      readonly mutant: number;
      readonly tests: readonly Covering[];
      /** For a mutant in what runs while modules are loaded: the modules to be loaded anew, with the mutant active. */
      readonly anew?: readonly string[];
    };

/** A mutant and how often it was passed. */
export type Hits = readonly [mutant: number, hits: number];

export interface ObservedTest {
  readonly test: TestId;
  readonly name: string;
  readonly ms: number;
  readonly failure?: string;
  readonly hits: readonly Hits[];
}

export interface Observed {
  readonly kind: 'observed';
  readonly tests: readonly ObservedTest[];
  /** Passed while modules were loaded, since the process began. */
  readonly whileLoading: readonly Hits[];
}

export type Reply =
  | Observed
  /** The next test begins: a sign of life, from which its time counts. */
  | { readonly kind: 'begins'; readonly test: TestId }
  | { readonly kind: 'survived' }
  | { readonly kind: 'killed'; readonly by: TestId; readonly how: 'failed' | 'endless' }
  /** The test that failed fails without the mutant too: a mutant before it left something behind in this process. */
  | { readonly kind: 'spoilt' };
