/** One part of the benchmark: what it measures goes into a table of the report, what it promises into verdicts. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** What is measured, against what, and how: printed above the table. */
  readonly about: string;
  run(bench: Bench): Promise<SectionResult>;
}

export interface Bench {
  readonly quick: boolean;
  /** Counted rounds of each measurement, interleaved over the subjects. */
  readonly rounds: number;
  /** Temporary, removed at the end. */
  readonly workDir: string;
  /** Path of the built bundle (what is shipped), made once per run. */
  readonly program: string;
  /** Quick: 600 and 10,000 instances; full: 600, 10,000 and 100,000. */
  readonly sizes: readonly RegistrySize[];
  /** Progress. */
  say(line: string): void;
}

/** 200 × 3, 2,000 × 5 or 10,000 × 10. */
export interface RegistrySize {
  readonly name: string;
  readonly applications: number;
  readonly instancesEach: number;
}

export interface SectionResult {
  readonly tables: readonly Table[];
  readonly verdicts: readonly Verdict[];
  readonly notes?: readonly string[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A bar of the project, and how far from it the run was. */
export interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number;
  readonly sense: 'at least' | 'at most';
  /**
   * The wider limit that fails a CI run. Ratios only: absolute times and bytes depend on the machine, so they are
   * reported and never fail (undefined).
   */
  readonly ciBar?: number;
  /** Compared with `ciBar` instead of `value`: the same in CPU time, which other work on the machine disturbs less. */
  readonly ciValue?: number;
  readonly spread?: string;
}
