import type { Random } from '../engine/random.ts';
import { mutatedText, oddWord } from './text-mutation.ts';
import { ODD_NUMBERS } from './tokens.ts';

/** JSON as it is written: keys may come twice, and a scalar may be written in any way. */
type Tree =
  | { readonly kind: 'object'; readonly members: (readonly [key: string, value: Tree])[] }
  | { readonly kind: 'list'; readonly items: Tree[] }
  | { readonly kind: 'written'; readonly text: string };

const MAX_DEPTH = 20_000;
const MAX_COPIES = 8;

/** Changes the structure of a JSON text in some places, and now and then its characters too. */
export function mutatedJson(text: string, random: Random, words: readonly string[] = []): string {
  let tree = treeOf(JSON.parse(text));
  for (let i = 1 + random.below(3); i > 0; i--) tree = changedSomewhere(tree, random, words);
  const written = print(tree, random.chance(0.1) ? random : undefined);
  return random.chance(0.2) ? mutatedText(written, random, words) : written;
}

function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null)
    return { kind: 'object', members: Object.entries(value).map(([key, each]) => [key, treeOf(each)]) };
  return { kind: 'written', text: JSON.stringify(value) };
}

/** Goes down at random, and changes what it comes to. */
function changedSomewhere(tree: Tree, random: Random, words: readonly string[]): Tree {
  if (random.chance(0.25)) return changed(tree, random, words);
  switch (tree.kind) {
    case 'written':
      return changed(tree, random, words);
    case 'list': {
      if (tree.items.length === 0) return changed(tree, random, words);
      const at = random.below(tree.items.length);
      return {
        kind: 'list',
        items: tree.items.map((each, i) => (i === at ? changedSomewhere(each, random, words) : each)),
      };
    }
    case 'object': {
      if (tree.members.length === 0) return changed(tree, random, words);
      const at = random.below(tree.members.length);
      const below = ([key, each]: readonly [string, Tree], i: number): readonly [string, Tree] =>
        i === at ? [key, changedSomewhere(each, random, words)] : [key, each];
      return { kind: 'object', members: tree.members.map(below) };
    }
  }
}

function changed(tree: Tree, random: Random, words: readonly string[]): Tree {
  if (random.chance(0.01)) return deep(tree, random);
  if (random.chance(0.3)) return oddValue(random, words);
  switch (tree.kind) {
    case 'written':
      return otherwiseWritten(tree.text, random, words);
    case 'list':
      return { kind: 'list', items: otherList(tree.items, random, () => oddValue(random, words)) };
    case 'object': {
      const odd = (): readonly [string, Tree] => [oddKey(tree, random, words), oddValue(random, words)];
      const members = otherList(tree.members, random, odd);
      if (random.chance(0.3) && members.length > 0) {
        const at = random.below(members.length);
        return {
          kind: 'object',
          members: members.map(([key, each], i) => [i === at ? oddKey(tree, random, words) : key, each]),
        };
      }
      return { kind: 'object', members };
    }
  }
}

function otherList<T>(list: readonly T[], random: Random, odd: () => T): T[] {
  const at = random.below(list.length + 1);
  const [before, here, after] = [list.slice(0, at), list.slice(at, at + 1), list.slice(at + 1)];
  switch (random.below(5)) {
    case 0:
      return [...before, ...after];
    case 1:
      return [...before, ...Array.from({ length: 1 + random.few(MAX_COPIES) }, () => here).flat(), ...after];
    case 2:
      return [...after, ...here, ...before];
    case 3:
      return [];
    default:
      return [...before, odd(), ...here, ...after];
  }
}

function oddKey(tree: Tree, random: Random, words: readonly string[]): string {
  const own = tree.kind === 'object' ? tree.members.map(([key]) => key) : [];
  if (own.length > 0 && random.chance(0.4)) return random.pick(own);
  return oddWord(random, words);
}

function oddValue(random: Random, words: readonly string[]): Tree {
  switch (random.below(8)) {
    case 0:
      return { kind: 'object', members: [] };
    case 1:
      return { kind: 'list', items: [] };
    case 2:
      return { kind: 'written', text: random.pick(['null', 'true', 'false', '""']) };
    case 3:
      return { kind: 'written', text: random.pick(ODD_NUMBERS) };
    case 4:
      return { kind: 'list', items: [oddValue(random, words)] };
    case 5:
      return { kind: 'object', members: [[oddWord(random, words), oddValue(random, words)]] };
    default:
      return { kind: 'written', text: JSON.stringify(oddWord(random, words)) };
  }
}

function otherwiseWritten(text: string, random: Random, words: readonly string[]): Tree {
  const inner = stringIn(text);
  if (inner === undefined)
    return { kind: 'written', text: random.pick([`"${text}"`, `${text}0`, `${text}.5`, `-${text}`]) };
  if (random.chance(0.1)) return { kind: 'written', text: inner };
  return { kind: 'written', text: JSON.stringify(mutatedText(inner, random, words)) };
}

function stringIn(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined;
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

function deep(tree: Tree, random: Random): Tree {
  const depth = random.few(random.chance(0.1) ? MAX_DEPTH : MAX_DEPTH / 50);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  return { kind: 'written', text: open.repeat(depth) + print(tree) + close.repeat(depth) };
}

/** With `random` blanks and escapes are put in where they mean nothing. */
function print(tree: Tree, random?: Random): string {
  const gap = (): string => (random === undefined ? '' : random.pick(['', '', ' ', '\n', '\t', '\r']));
  switch (tree.kind) {
    case 'written':
      return `${gap()}${tree.text}${gap()}`;
    case 'list':
      return `${gap()}[${tree.items.map((each) => print(each, random)).join(',')}]${gap()}`;
    case 'object': {
      const member = ([key, value]: readonly [string, Tree]): string =>
        `${gap()}${keyText(key, random)}${gap()}:${print(value, random)}`;
      return `${gap()}{${tree.members.map(member).join(',')}}${gap()}`;
    }
  }
}

function keyText(key: string, random: Random | undefined): string {
  const plain = JSON.stringify(key);
  if (random === undefined || !random.chance(0.2)) return plain;
  return plain.replace(/[a-z]/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
