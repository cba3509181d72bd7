/**
 * Matches the regular expressions in paths of Ingresses without backtracking, because anybody who may write an Ingress
 * may write `(a|a)*`. Each part of a pattern is a relation: from each position of the text, the positions where a match
 * may end. Relations are composed, so that the cost is the length of the pattern times the square of that of the text.
 */
export interface PathPattern {
  /**
   * Whether the text, of at most `MAX_TEXT` characters, begins with a match. Controllers do not require that it ends
   * with one.
   */
  begins(text: string): boolean;
}

/** Characters of a pattern that is examined. */
const MAX_PATTERN = 256;
/** Characters of a text, because positions are bits of one number. */
export const MAX_TEXT = 30;
/** The highest count in braces; nobody writes a path with a higher one. */
const MAX_REPEATS = 100;

/**
 * `undefined` when the source is not a pattern, is too long, or has parts that only backtracking could match
 * (look-around, back references).
 */
export function pathPattern(source: string): PathPattern | undefined {
  if (source.length > MAX_PATTERN || relationOf(source, '') === undefined) return undefined;
  return { begins: (text) => text.length <= MAX_TEXT && (relationOf(source, text)?.[0] ?? 0) !== 0 };
}

/** For each position of the text, the positions where a match that begins there may end, as bits of one number. */
type Relation = readonly number[];

function relationOf(source: string, text: string): Relation | undefined {
  try {
    return new Composition(source, text).whole();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

/**
 * Composes the relation of one pattern for one text, by recursive descent: alternatives of sequences of repeated atoms.
 */
class Composition {
  readonly #source: string;
  readonly #text: string;
  #at = 0;

  constructor(source: string, text: string) {
    this.#source = source;
    this.#text = text;
  }

  whole(): Relation {
    const relation = this.#alternatives();
    if (this.#at < this.#source.length) throw new Unreadable();
    return relation;
  }

  #alternatives(): Relation {
    let relation = this.#sequence();
    while (this.#takes('|')) relation = either(relation, this.#sequence());
    return relation;
  }

  #sequence(): Relation {
    let relation = this.#here(() => true);
    while (this.#at < this.#source.length && !'|)'.includes(this.#peek())) relation = after(relation, this.#repeated());
    return relation;
  }

  #repeated(): Relation {
    let relation = this.#atom();
    for (;;) {
      if (this.#takes('*')) relation = this.#closure(relation);
      else if (this.#takes('+')) relation = after(relation, this.#closure(relation));
      else if (this.#takes('?'))
        relation = either(
          this.#here(() => true),
          relation,
        );
      else if (this.#peek() === '{') relation = this.#counted(relation);
      else return relation;
      // Lazy or possessive: the order of matches does not matter here.
      if (!this.#takes('?')) this.#takes('+');
    }
  }

  #counted(part: Relation): Relation {
    const [all = '', least = '', comma, most = ''] =
      /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#source.slice(this.#at)) ?? [];
    if (all === '' || Math.max(Number(least), Number(most)) > MAX_REPEATS) throw new Unreadable();
    this.#at += all.length;
    const nothing = this.#here(() => true);
    let relation = nothing;
    for (let i = 0; i < Number(least); i++) relation = after(relation, part);
    if (comma === undefined) return relation;
    if (most === '') return after(relation, this.#closure(part));
    for (let i = Number(least); i < Number(most); i++) relation = after(relation, either(nothing, part));
    return relation;
  }

  #atom(): Relation {
    const char = this.#next();
    switch (char) {
      case '(': {
        // A group with or without a name; look-around is not supported.
        const [opening = ''] = /^(?:\?:|\?P?<[A-Za-z_]\w*>)/.exec(this.#source.slice(this.#at)) ?? [];
        this.#at += opening.length;
        const relation = this.#alternatives();
        if (!this.#takes(')')) throw new Unreadable();
        return relation;
      }
      case '[':
        return this.#letter(this.#set());
      case '.':
        return this.#letter(() => true);
      case '^':
        return this.#here((position) => position === 0);
      case '$':
        return this.#here((position) => position === this.#text.length);
      case '\\':
        return this.#escaped();
      case '*':
      case '+':
      case '?':
        throw new Unreadable();
      default:
        return this.#letter((letter) => letter === char);
    }
  }

  #escaped(): Relation {
    const char = this.#next();
    if (char === 'A') return this.#here((position) => position === 0);
    if (char === 'z' || char === 'Z') return this.#here((position) => position === this.#text.length);
    return this.#letter(escapedSet(char));
  }

  /** A class up to its `]`. The language's own engine is safe here, because it matches one character. */
  #set(): (letter: string) => boolean {
    const [all = '', negation = '', inner = ''] =
      /^(\^?)(\]?(?:\\.|[^\]\\])*)\]/.exec(this.#source.slice(this.#at)) ?? [];
    // Named sets such as `[:alpha:]` mean something else to this engine.
    if (inner === '' || inner.includes('[:')) throw new Unreadable();
    this.#at += all.length;
    try {
      const set = new RegExp(`^[${negation}${inner.replace(/^\]/, '\\]')}]$`);
      return (letter) => set.test(letter);
    } catch {
      throw new Unreadable();
    }
  }

  #letter(matches: (letter: string) => boolean): Relation {
    return [...Array(this.#text.length + 1).keys()].map((position) => {
      const letter = this.#text[position];
      return letter !== undefined && matches(letter) ? bit(position + 1) : 0;
    });
  }

  #here(holds: (position: number) => boolean): Relation {
    return [...Array(this.#text.length + 1).keys()].map((position) => (holds(position) ? bit(position) : 0));
  }

  /** Any number of times, including none. Each round leads further, so there are no more rounds than positions. */
  #closure(part: Relation): Relation {
    let relation = this.#here(() => true);
    for (let turn = 0; turn < this.#text.length; turn++) relation = either(relation, after(relation, part));
    return relation;
  }

  #peek(): string {
    return this.#source[this.#at] ?? '';
  }

  #next(): string {
    const char = this.#peek();
    if (char === '') throw new Unreadable();
    this.#at++;
    return char;
  }

  #takes(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}

/** Letters and digits are refused: a digit or `k` would be a back reference, `b` a boundary, `Q` a quotation. */
function escapedSet(char: string): (letter: string) => boolean {
  if (/[dDwWsS]/.test(char)) {
    const set = new RegExp(`\\${char}`);
    return (letter) => set.test(letter);
  }
  if (/[A-Za-z0-9]/.test(char)) throw new Unreadable();
  return (letter) => letter === char;
}

function bit(position: number): number {
  return 1 << position;
}

function either(a: Relation, b: Relation): Relation {
  return a.map((ends, position) => ends | (b[position] ?? 0));
}

function after(a: Relation, b: Relation): Relation {
  return a.map((ends) => b.reduce((all, next, position) => ((ends & bit(position)) === 0 ? all : all | next), 0));
}
