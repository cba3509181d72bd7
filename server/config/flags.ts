import { given, type Given, type GivenValues } from './given.ts';
import { flagName, type OptionKey, optionKeys, options } from './options.ts';
import type { Problem } from './problem.ts';
import { spelledValue } from './spelled.ts';
import { didYouMean } from '../../shared/text/closest.ts';

/** What a command line gave: the texts of each known option, and the words that nobody knows. */
export interface Flags {
  readonly texts: ReadonlyMap<OptionKey, readonly string[]>;
  readonly unknown: readonly string[];
}

export const noFlags: Flags = { texts: new Map(), unknown: [] };

export function readFlags(flags: Flags): GivenValues {
  const values = new Map<OptionKey, Given>();
  const problems: Problem[] = unknownWords(flags.unknown);
  for (const [key, texts] of flags.texts) {
    const origin = { kind: 'flag', name: flagName(key) } as const;
    const value = spelledValue(options[key].kind, texts);
    if (value.ok) values.set(key, given(value.value, origin));
    else problems.push({ origin, key, message: value.error });
  }
  return { values, problems };
}

/** Unknown flags may have brought a value along, which is no problem of its own. */
function unknownWords(words: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  let valueMayFollow = false;
  for (const word of words) {
    const isFlag = word.startsWith('-');
    const name = word.replace(/=.*$/s, '');
    const origin = { kind: 'flag', name } as const;
    if (isFlag) problems.push({ origin, key: undefined, message: unknownFlag(name) });
    else if (!valueMayFollow) problems.push({ origin, key: undefined, message: 'unexpected argument' });
    valueMayFollow = isFlag && !word.includes('=');
  }
  return problems;
}

function unknownFlag(name: string): string {
  return `unknown flag${didYouMean(name.replace(/^-+/, ''), optionKeys).replace('"', '"--')}`;
}
