/**
 * A reading in steps. It stops for `more` text, without which it cannot go on, or just between two steps. Returns what was
 * read; throws on what is no JSON.
 */
export type Reading<T> = Generator<'more' | undefined, T, void>;

const QUOTE = 0x22;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Characters of one instance, one cluster object, or any other value. Real instances have a few thousand; registrations
 * are taken up to 512 KiB, and what a cluster's store takes ends at 1.5 MiB. Whatever a server may hold must be read.
 */
const MAX_VALUE_LENGTH = 2 * 1024 * 1024;

/** Stands for a value that is longer than that. */
export const TOO_LONG = Symbol('too long');

const SPACES = ' \t\n\r';
/** What a number or literal ends at. */
const ENDS = `,]}${SPACES}`;

/**
 * A place in a JSON text that comes in chunks. It cuts values out without looking further into them than to find their
 * end; whether they are JSON is for `JSON.parse` to say, which sees every one of them. So a text is taken exactly when
 * `JSON.parse` would take it as a whole, and one that breaks off is never taken.
 */
export class JsonCursor {
  #text = '';
  #at = 0;
  #started = false;
  #ended = false;
  // Where the next of each is in `#text`, or its length. Looked for once and kept: each search may run to the end.
  #backslash = 0;
  #quote = 0;
  // How far into a value the end of the text was.
  #depth = 0;
  #quoted = false;
  #escaped = false;

  /** The next part of the text, once all before is used up: `more` was asked for. Characters must not be divided. */
  give(chunk: string): void {
    // A byte order mark is no part of the text: Java servers take it from the wire.
    const marked = !this.#started && chunk.startsWith('\ufeff');
    this.#started ||= chunk !== '';
    this.#text = chunk;
    this.#at = marked ? 1 : 0;
    this.#backslash = -1;
    this.#quote = -1;
  }

  /** There is no more text. */
  end(): void {
    this.give('');
    this.#ended = true;
  }

  /** The next character that is no white space, which stays where it is. */
  *peek(): Reading<string> {
    for (;;) {
      for (; this.#at < this.#text.length; this.#at++) {
        const character = this.#text.charAt(this.#at);
        if (!SPACES.includes(character)) return character;
      }
      yield* this.#more();
    }
  }

  /** Passes over the next character, white space aside, and returns it. */
  *take(): Reading<string> {
    const character = yield* this.peek();
    this.#at++;
    return character;
  }

  /** The value here, parsed; `TOO_LONG` when it is, and then it is passed over without a look at whether it is JSON. */
  *value(): Reading<unknown> {
    const text = yield* this.#cut();
    return text === undefined ? TOO_LONG : JSON.parse(text);
  }

  /** Nothing but white space follows until the end of the text. */
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
    for (let at = this.#at; at < this.#text.length; at++) if (ENDS.includes(this.#text.charAt(at))) return at;
    return undefined;
  }

  /** Behind the last character of a string, list or object; `undefined` when it is not in this text. */
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
          // A bracket of the wrong kind comes to light when the value is parsed.
          if (--this.#depth === 0) return at;
      }
    }
    return undefined;
  }

  /** Behind the closing quote of the string that `at` is within; where there is none, the string goes on. */
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
      // What the backslash takes with it may be in the next chunk.
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
