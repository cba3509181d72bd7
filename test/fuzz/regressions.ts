import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readKept, type KeptInput } from './engine/finding.ts';
import { checkGrowth, pumpedTo } from './engine/growth.ts';
import type { Target } from './engine/target.ts';

/** Inputs that the product once did not stand, by name. */
export function namedCases(): readonly (KeptInput & { readonly name: string })[] {
  const directory = fileURLToPath(new URL('regressions', import.meta.url));
  return globSync(`${directory}/*.json`)
    .toSorted()
    .map((file) => ({ name: basename(file, '.json'), ...readKept(file) }));
}

/** Characters of a named case that is made longer. */
const LENGTH = 4096;

/** Throws when the product does not stand the input. */
export async function tryAgain(target: Target, input: KeptInput['input']): Promise<void> {
  const { read, judge } = target;
  if (typeof input !== 'string') await checkGrowth(target, input);
  const text = typeof input === 'string' ? input : pumpedTo(input, LENGTH);
  await judge(text, await read(text));
}
