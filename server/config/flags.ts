import { given, type Given, type GivenValues } from './given.ts';
import { flagName, type OptionKey, optionKeys, options } from './options.ts';
import type { Problem } from './problem.ts';
import { spelledValue } from './spelled.ts';
import { didYouMean } from '../../shared/text/closest.ts';
import { mayHoldSecret } from '../../shared/text/shown-url.ts';
import { quotedKey } from './quoted.ts';

/** What a command line gives: the texts of each known option, and the words that belong to none. */
export interface Flags {
  readonly texts: ReadonlyMap<OptionKey, readonly string[]>;
  readonly unknown: readonly string[];
}

export const noFlags: Flags = { texts: new Map(), unknown: [] };

export function readFlags(flags: Flags): GivenValues {
  const values = new Map<OptionKey, Given>();
  const problems: Problem[] = unknownWords(flags);
  for (const [key, texts] of flags.texts) {
    const origin = { kind: 'flag', name: flagName(key) } as const;
    const value = spelledValue(options[key].kind, texts);
    if (value.ok) values.set(key, given(value.value, origin));
    else problems.push({ origin, key, message: value.error });
  }
  return { values, problems };
}

/**
 * The value behind an unknown flag is not a problem of its own. A word may also be the rest of a password with a blank
 * in it: words are quoted only where no argument may hold a secret.
 */
function unknownWords({ texts, unknown }: Flags): Problem[] {
  const problems: Problem[] = [];
  const mayBeSecret = [...unknown, ...[...texts.values()].flat()].some(mayHoldSecret);
  let valueMayFollow = false;
  for (const word of unknown) {
    const isFlag = word.startsWith('-');
    const name = word.replace(/=.*$/s, '');
    if (isFlag) problems.push(unknownFlag(name, mayBeSecret));
    else if (!valueMayFollow) problems.push(unexpected(word, mayBeSecret));
    valueMayFollow = isFlag && !word.includes('=');
  }
  return problems;
}

function unexpected(word: string, mayBeSecret: boolean): Problem {
  const origin = { kind: 'flag', name: mayBeSecret ? '***' : quotedKey(word) } as const;
  const hint = mayBeSecret ? '; a value with blanks needs quotes' : '';
  return { origin, key: undefined, message: `unexpected argument${hint}` };
}

function unknownFlag(name: string, mayBeSecret: boolean): Problem {
  const message = flagMessage(name);
  const isNamed = message !== UNKNOWN_FLAG || !mayBeSecret;
  return { origin: { kind: 'flag', name: isNamed ? quotedKey(name) : '***' }, key: undefined, message };
}

const UNKNOWN_FLAG = 'unknown flag';

function flagMessage(name: string): string {
  return `${UNKNOWN_FLAG}${didYouMean(name.replace(/^-+/, ''), optionKeys).replace('"', '"--')}`;
}
