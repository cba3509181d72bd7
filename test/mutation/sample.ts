import { createHash } from 'node:crypto';
import type { Mutant } from './instrument.ts';

/** A number from 0 to 1 by which mutants are in an order that has nothing to do with their places. */
export function rankOf({ file, line, column, replacement }: Mutant): number {
  const digest = createHash('sha256').update(`${file}:${line}:${column} ${replacement}`).digest();
  return digest.readUInt32BE() / 2 ** 32;
}

/** Whether a mutant is in the sample. One of a small sample is in every larger one. */
export function isChosen(mutant: Mutant, percent: number): boolean {
  return rankOf(mutant) < percent / 100;
}

/** Half the width, in percent, of the interval in which 19 of 20 samples of that size have their share. */
export function marginOf(share: number, sampled: number, all: number): number {
  if (sampled >= all || sampled === 0) return 0;
  const finite = (all - sampled) / (all - 1);
  return 100 * 1.96 * Math.sqrt(((share * (1 - share)) / sampled) * finite);
}
