import { withoutByteOrderMark } from './byte-order-mark.ts';
import type { Reading, TextCursor } from './reading.ts';

const QUOTE = 0x22;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Characters of one value: an instance, a cluster object or anything else. Real instances have a few thousand. A
 * registration may have 512 KiB, and an object in the store of a cluster 1.5 MiB. Whatever a server may hold must be
 * read.
 */
const MAX_VALUE_LENGTH = 2 * 1024 * 1024;

/** Stands for a value that is longer than `MAX_VALUE_LENGTH`. */
export const TOO_LONG = Symbol('too long');

/** The white space of JSON. */
const SPACES = ' \t\n\r';
/** Characters that follow a number or a literal. */
const SCALAR_ENDS = `,]}${SPACES}`;

/**
 * A position in a JSON text that comes in chunks. It cuts values out and looks into them only to find their end. Then
 * `JSON.parse` gets each of them and decides whether it is JSON. So a text is accepted exactly when `JSON.parse` would
 * accept it as a whole, and a text that breaks off is never accepted.
 */
export class JsonCursor implements TextCursor {
  #text = '';
  #at = 0;
  #started = false;
  #ended = false;
  // The next position of each in `#text`, or its length. Kept between searches, as each search may run to the end.
  #backslash = 0;
  #quote = 0;
  // The state within a value when the end of the text came.
  #depth = 0;
  #quoted = false;
  #escaped = false;

  /** All text before must be used up: the reading asked for `more`. */
  give(chunk: string): void {
    this.#text = this.#started ? chunk : withoutByteOrderMark(chunk);
    this.#started ||= chunk !== '';
    this.#at = 0;
    this.#backslash = -1;
    this.#quote = -1;
  }

  end(): void {
    this.give('');
    this.#ended = true;
  }

  /** The next character that is not white space, without passing it. */
  *peek(): Reading<string> {
    for (;;) {
      for (; this.#at < this.#text.length; this.#at++) {
        const character = this.#text.charAt(this.#at);
        if (!SPACES.includes(character)) return character;
      }
      yield* this.#more();
    }
  }

  /** The next character that is not white space, which is passed. */
  *take(): Reading<string> {
    const character = yield* this.peek();
    this.#at++;
    return character;
  }

  /** The value here, parsed. A value that is too long is passed over unparsed and is `TOO_LONG`. */
  *value(): Reading<unknown> {
    const text = yield* this.#cut();
    return text === undefined ? TOO_LONG : JSON.parse(text);
  }

  /** Checks that only white space follows. */
  *finish(): Reading<void> {
    while (!this.#ended) {
      for (; this.#at < this.#text.length; this.#at++)
        if (!SPACES.includes(this.#text.charAt(this.#at))) throw new SyntaxError('something follows the document');
      yield 'more';
    }
  }

  *#more(): Reading<void> {
    if (this.#ended) throw new SyntaxError('the document breaks off');
    yield 'more';
  }

  /** The text of the value here; `undefined` when it is too long. */
  *#cut(): Reading<string | undefined> {
    const first = yield* this.peek();
    const scalar = first !== '{' && first !== '[' && first !== '"';
    this.#depth = 0;
    this.#quoted = false;
    this.#escaped = false;
    let before = '';
    let length = 0;
    for (;;) {
      const end = scalar ? this.#endOfScalar() : this.#endOfValue();
      const part = this.#text.slice(this.#at, end);
      this.#at = end ?? this.#text.length;
      length += part.length;
      if (length > MAX_VALUE_LENGTH) before = '';
      else if (end === undefined) before += part;
      if (end !== undefined) return length > MAX_VALUE_LENGTH ? undefined : before + part;
      yield* this.#more();
    }
  }

  #endOfScalar(): number | undefined {
    for (let at = this.#at; at < this.#text.length; at++) if (SCALAR_ENDS.includes(this.#text.charAt(at))) return at;
    return undefined;
  }

  /** The position after a string, list or object; `undefined` when its end is not in this text. */
  #endOfValue(): number | undefined {
    const text = this.#text;
    let at = this.#at;
    if (this.#escaped && at < text.length) {
      at++;
      this.#escaped = false;
    }
    while (at < text.length) {
      if (this.#quoted) {
        at = this.#endOfString(at);
        if (this.#quoted) return undefined;
        if (this.#depth === 0) return at;
        continue;
      }
      switch (text.charCodeAt(at++)) {
        case QUOTE:
          this.#quoted = true;
          break;
        case OPEN_LIST:
        case OPEN_OBJECT:
          this.#depth++;
          break;
        case CLOSE_LIST:
        case CLOSE_OBJECT:
          // Parsing the value finds a bracket of the wrong kind.
          if (--this.#depth === 0) return at;
      }
    }
    return undefined;
  }

  /**
   * The position after the closing quote of the string that `from` is within, or the end of the text when there is
   * none.
   */
  #endOfString(from: number): number {
    const text = this.#text;
    let at = from;
    for (;;) {
      if (this.#quote < at) this.#quote = indexOrEnd(text, '"', at);
      if (this.#backslash < at) this.#backslash = indexOrEnd(text, '\\', at);
      if (this.#quote < this.#backslash) {
        this.#quoted = false;
        return this.#quote + 1;
      }
      // The character that the backslash escapes may be in the next chunk.
      at = this.#backslash + 2;
      if (at > text.length) {
        this.#escaped = this.#backslash === text.length - 1;
        return text.length;
      }
    }
  }
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const found = text.indexOf(wanted, from);
  return found < 0 ? text.length : found;
}
