import type { Random } from './random.ts';

/** What became of one input. */
export type Verdict = 'accepted' | 'refused';

/**
 * A parser under test. An input is always a text, so that every input can be written to a file; where the product takes
 * bytes, each character stands for one byte. Whatever `read` or `judge` throws is a finding.
 */
export interface Target<Outcome = unknown> {
  readonly generate: (random: Random) => string;
  /** Calls the product, and nothing else: its time is measured. */
  readonly read: (input: string) => Outcome | Promise<Outcome>;
  /** Checks what the product made of the input. */
  readonly judge: (input: string, outcome: Outcome) => Verdict | Promise<Verdict>;
  /** Largest input for the search of work that grows faster than the input; 0: not searched. Default 64 KiB. */
  readonly growsTo?: number;
  /** Inputs that are under way at a time; above 1 the time of one input says nothing and is not measured. */
  readonly atOnce?: number;
  /** Checks between two rounds of inputs that what was tested still works. */
  readonly between?: () => Promise<void>;
  /** Lines for the report. */
  readonly facts?: () => readonly string[];
  readonly close?: () => Promise<void>;
}

export interface NamedTarget {
  readonly name: string;
  readonly what: string;
  /** Needs a server process. */
  readonly process?: boolean;
  readonly open: () => Target | Promise<Target>;
}

/** Keeps the type of the outcome between `read` and `judge` inside one target. */
export function target<Outcome>(
  name: string,
  what: string,
  open: () => Target<Outcome> | Promise<Target<Outcome>>,
): NamedTarget {
  return { name, what, open: open as () => Target | Promise<Target> };
}
