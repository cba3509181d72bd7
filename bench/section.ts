import type { RegistrySize } from './data/registry.ts';
import type { Verdict } from './verdict.ts';

/** One part of the benchmark: its measurements are tables of the report, its bars are verdicts. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** What is measured, against what, and how: printed above the tables. */
  readonly about: string;
  run(bench: Bench): Promise<SectionResult>;
}

export interface Bench {
  readonly quick: boolean;
  /** Counted rounds of what takes long, such as a start; short turns have several times as many. */
  readonly rounds: number;
  /** How many times as many rounds there may be while a verdict is undecided. */
  readonly patience: number;
  /** A temporary directory, removed at the end. */
  readonly workDir: string;
  /** Path of the bundle that is measured. */
  readonly program: string;
  /** The registries to measure with, the smallest first. */
  readonly sizes: readonly RegistrySize[];
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
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
