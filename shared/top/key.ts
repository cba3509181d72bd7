/** One press of a key, as a terminal tells of it. */
export type Key = { readonly kind: 'character'; readonly character: string } | { readonly kind: NamedKey };

export type NamedKey =
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backspace'
  | 'clear'
  | 'interrupt'
  | 'repaint'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end';

export interface ReadKeys {
  readonly keys: readonly Key[];
  /** The beginning of a sequence whose end has not arrived, or an escape that is a key of its own if nothing follows. */
  readonly rest: string;
}

export const ESCAPE = '\u001B';

const CONTROLS: Readonly<Record<string, NamedKey>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u0003': 'interrupt',
  '\u0015': 'clear',
  '\u000C': 'repaint',
  '\u0002': 'page-up',
  '\u0006': 'page-down',
};

/** What follows the escape, without parameters such as those of shift. Terminals differ in how they say home and end. */
const SEQUENCES: Readonly<Record<string, NamedKey>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
  '[5~': 'page-up',
  '[6~': 'page-down',
  OM: 'enter',
};

const SEQUENCE = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~])/;
const UNFINISHED = /^(?:\[[0-?]*[ -/]*|O)?$/;

/** The keys in what a terminal sent. Fast ones arrive together, and slow lines cut a sequence into parts. */
export function readKeys(text: string): ReadKeys {
  const keys: Key[] = [];
  let at = 0;
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length;
    if (character !== ESCAPE) {
      const kind = CONTROLS[character];
      if (kind !== undefined) keys.push({ kind });
      else if (character >= ' ') keys.push({ kind: 'character', character });
      continue;
    }
    const after = text.slice(at);
    if (UNFINISHED.test(after)) return { keys, rest: ESCAPE + after };
    const [sequence] = SEQUENCE.exec(after) ?? [];
    if (sequence === undefined) keys.push({ kind: 'escape' });
    else {
      at += sequence.length;
      const kind = SEQUENCES[sequence];
      if (kind !== undefined) keys.push({ kind });
    }
  }
  return { keys, rest: '' };
}
