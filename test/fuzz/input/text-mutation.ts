import type { Random } from '../engine/random.ts';
import { ODD_NUMBERS, ODD_TEXTS } from './tokens.ts';

/** Characters; mutation after mutation must not make inputs longer for ever. */
const MAX_LENGTH = 64 * 1024;
const MAX_REPEATS = 40;

type Change = (text: string, random: Random, words: readonly string[]) => string;

/** Changes a text in some places without regard to its grammar. `words`: of the grammar, put in now and then. */
export function mutatedText(text: string, random: Random, words: readonly string[] = []): string {
  let changed = text;
  for (let i = 1 + random.below(4); i > 0; i--) changed = random.pick(CHANGES)(changed, random, words);
  return changed.slice(0, MAX_LENGTH);
}

/** A word that does not belong where it is put, or one of the grammar. */
export function oddWord(random: Random, words: readonly string[] = []): string {
  if (words.length > 0 && random.chance(0.5)) return random.pick(words);
  return random.chance(0.3) ? random.pick(ODD_NUMBERS) : random.pick(ODD_TEXTS);
}

function span(text: string, random: Random): readonly [from: number, to: number] {
  const from = random.below(text.length + 1);
  return [from, Math.min(text.length, from + random.few(40))];
}

const remove: Change = (text, random) => {
  const [from, to] = span(text, random);
  return text.slice(0, from) + text.slice(to);
};

const insert: Change = (text, random, words) => {
  const [at] = span(text, random);
  return text.slice(0, at) + oddWord(random, words) + text.slice(at);
};

const replace: Change = (text, random, words) => {
  const [from, to] = span(text, random);
  return text.slice(0, from) + oddWord(random, words) + text.slice(to);
};

const repeat: Change = (text, random) => {
  const [from, to] = span(text, random);
  return text.slice(0, to) + text.slice(from, to).repeat(random.few(MAX_REPEATS)) + text.slice(to);
};

const breakOff: Change = (text, random) => text.slice(0, random.below(text.length + 1));

const behead: Change = (text, random) => text.slice(random.few(text.length + 1));

const move: Change = (text, random) => {
  const [from, to] = span(text, random);
  const rest = text.slice(0, from) + text.slice(to);
  const at = random.below(rest.length + 1);
  return rest.slice(0, at) + text.slice(from, to) + rest.slice(at);
};

const otherCharacter: Change = (text, random) => {
  const at = random.below(text.length + 1);
  const code = random.chance(0.7) ? random.below(128) : random.below(65_536);
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
};

const flippedBit: Change = (text, random) => {
  if (text === '') return text;
  const at = random.below(text.length);
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(7))) + text.slice(at + 1);
};

const otherNumber: Change = (text, random) => {
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return text;
  const { 0: found, index } = random.pick(numbers);
  return text.slice(0, index) + random.pick(ODD_NUMBERS) + text.slice(index + found.length);
};

const otherCase: Change = (text, random) => {
  const [from, to] = span(text, random);
  const part = text.slice(from, to);
  return text.slice(0, from) + (random.chance(0.5) ? part.toUpperCase() : part.toLowerCase()) + text.slice(to);
};

const CHANGES: readonly Change[] = [
  remove,
  insert,
  insert,
  replace,
  replace,
  repeat,
  breakOff,
  behead,
  move,
  otherCharacter,
  flippedBit,
  otherNumber,
  otherCase,
];
