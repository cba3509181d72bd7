import { createHash } from 'node:crypto';
import type { Mutant } from './instrument.ts';

/** Whether a mutant is in the sample. One of a small sample is in every larger one. */
export function isChosen({ file, line, column, replacement }: Mutant, percent: number): boolean {
  const digest = createHash('sha256').update(`${file}:${line}:${column} ${replacement}`).digest();
  return digest.readUInt32BE() < (2 ** 32 * percent) / 100;
}

/** Half the width, in percent, of the interval in which 19 of 20 samples of that size have their share. */
export function marginOf(share: number, sampled: number, all: number): number {
  if (sampled >= all || sampled === 0) return 0;
  const finite = (all - sampled) / (all - 1);
  return 100 * 1.96 * Math.sqrt(((share * (1 - share)) / sampled) * finite);
}
