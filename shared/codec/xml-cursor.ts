import type { Reading } from './json-cursor.ts';

/** The start, or all, of one element: `open` has content, `empty` has none, `close` ends the one around it. */
export interface Tag {
  readonly kind: 'open' | 'empty' | 'close' | 'end-of-document';
  /** As it is written. */
  readonly name: string;
  readonly text: string;
}

/** Characters of one tag, attributes included. */
const MAX_TAG_LENGTH = 16 * 1024;
/** Tags that are passed over in one step. */
const MAX_TAGS_PER_STEP = 200;

const END: Tag = { kind: 'end-of-document', name: '', text: '' };

/**
 * A place in an XML text that comes in chunks. It cuts elements out by counting tags; whether they are well-formed is for
 * the parser to say, which sees every one of them. Comments and processing instructions are passed over.
 */
export class XmlCursor {
  #text = '';
  #at = 0;
  #ended = false;
  #started = false;
  /** What is passed over goes in here, while an element is cut out. */
  #parts: string[] | undefined;
  #length = 0;

  /** The next part of the text. */
  give(chunk: string): void {
    const marked = !this.#started && chunk.startsWith('\ufeff');
    this.#started ||= chunk !== '';
    this.#text = this.#text.slice(this.#at) + (marked ? chunk.slice(1) : chunk);
    this.#at = 0;
  }

  /** There is no more text. */
  end(): void {
    this.#ended = true;
  }

  /** The next tag at this level. Only blanks may come before it. */
  *tag(): Reading<Tag> {
    for (;;) {
      const tag = yield* this.#markup();
      if (tag !== undefined) return tag;
    }
  }

  /** All of the element that this tag opens; `undefined` when it is longer than `limit`, and it is passed over then. */
  *element({ kind, text }: Tag, limit: number): Reading<string | undefined> {
    if (kind === 'empty') return text;
    this.#parts = [text];
    this.#length = text.length;
    for (let depth = 1, tags = 1; depth > 0; tags++) {
      const next = yield* this.#markup();
      if (next?.kind === 'end-of-document') throw new SyntaxError('the document breaks off');
      if (next?.kind === 'open') depth++;
      if (next?.kind === 'close') depth--;
      if (this.#length > limit) this.#parts = [];
      if (tags % MAX_TAGS_PER_STEP === 0) yield;
    }
    const parts = this.#parts;
    this.#parts = undefined;
    return this.#length > limit ? undefined : parts.join('');
  }

  /** Passes over text and one piece of markup. `undefined`: that was no tag. */
  *#markup(): Reading<Tag | undefined> {
    yield* this.#passText();
    yield* this.#ensure(OPENINGS.at(-1)?.length ?? 1);
    if (this.#at >= this.#text.length) return END;
    if (this.#startsWith('<!--')) return yield* this.#passTo('-->');
    if (this.#startsWith('<![CDATA[')) return yield* this.#passTo(']]>');
    if (this.#startsWith('<?')) return yield* this.#passTo('?>');
    if (this.#startsWith('<!')) throw new SyntaxError('a DOCTYPE is not accepted');
    return yield* this.#readTag();
  }

  *#readTag(): Reading<Tag> {
    for (;;) {
      TAG.lastIndex = this.#at;
      const match = TAG.exec(this.#text);
      if (match !== null) {
        const [text, slash, name = '', last] = match;
        this.#consume(this.#at + text.length);
        return { kind: slash === '/' ? 'close' : last === '/' ? 'empty' : 'open', name, text };
      }
      if (this.#text.length - this.#at > MAX_TAG_LENGTH) throw new SyntaxError('this is no tag, or one without an end');
      yield* this.#more();
    }
  }

  /** Up to the next `<`, or the end of the document. */
  *#passText(): Reading<void> {
    for (;;) {
      const next = this.#text.indexOf('<', this.#at);
      const end = next < 0 ? this.#text.length : next;
      if (this.#parts === undefined && /\S/.test(this.#text.slice(this.#at, end)))
        throw new SyntaxError('there is text where only elements belong');
      this.#consume(end);
      if (next >= 0 || this.#ended) return;
      yield 'more';
    }
  }

  *#passTo(marker: string): Reading<undefined> {
    for (;;) {
      const found = this.#text.indexOf(marker, this.#at);
      if (found >= 0) {
        this.#consume(found + marker.length);
        return undefined;
      }
      this.#consume(Math.max(this.#at, this.#text.length - marker.length + 1));
      yield* this.#more();
    }
  }

  *#ensure(length: number): Reading<void> {
    while (this.#text.length - this.#at < length && !this.#ended) yield 'more';
  }

  *#more(): Reading<void> {
    if (this.#ended) throw new SyntaxError('the document breaks off');
    yield 'more';
  }

  #startsWith(opening: (typeof OPENINGS)[number]): boolean {
    return this.#text.startsWith(opening, this.#at);
  }

  #consume(end: number): void {
    if (this.#parts !== undefined && end > this.#at) {
      this.#parts.push(this.#text.slice(this.#at, end));
      this.#length += end - this.#at;
    }
    this.#at = end;
  }
}

/** The longest comes last. */
const OPENINGS = ['<?', '<!', '<!--', '<![CDATA['] as const;

/** A tag to its end, which is not within quotes. */
const TAG = /<(\/?)([^\s/>"'<]+)(?:[^>"'/]|"[^"]*"|'[^']*'|\/(?!>))*(\/?)>/y;
