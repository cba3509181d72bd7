import { withoutByteOrderMark } from './byte-order-mark.ts';
import type { Reading, TextCursor } from './reading.ts';

/** One tag: `open` begins an element with content, `empty` is an element without any, `close` ends an element. */
export interface Tag {
  readonly kind: 'open' | 'empty' | 'close' | 'end-of-document';
  /** As written, escapes included. */
  readonly name: string;
  /** The whole tag as written. */
  readonly text: string;
}

/** Characters of one tag, attributes included. */
const MAX_TAG_LENGTH = 16 * 1024;
/** Tags within an element that are passed in one step. */
const MAX_TAGS_PER_STEP = 200;

const END: Tag = { kind: 'end-of-document', name: '', text: '' };

/**
 * A position in an XML text that comes in chunks. It cuts elements out by counting tags. Then the parser gets each of
 * them and decides whether it is well-formed. Comments and processing instructions are passed over.
 */
export class XmlCursor implements TextCursor {
  #text = '';
  #at = 0;
  #ended = false;
  #started = false;
  /** The text of the element that is being cut out; `undefined` when none is. */
  #parts: string[] | undefined;
  #length = 0;

  give(chunk: string): void {
    this.#text = this.#text.slice(this.#at) + (this.#started ? chunk : withoutByteOrderMark(chunk));
    this.#started ||= chunk !== '';
    this.#at = 0;
  }

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

  /**
   * The text of the element that this tag begins. One of more than `maxLength` characters is passed over: `undefined`.
   */
  *element({ kind, text }: Tag, maxLength: number): Reading<string | undefined> {
    if (kind === 'empty') return text;
    this.#parts = [text];
    this.#length = text.length;
    for (let depth = 1, tags = 1; depth > 0; tags++) {
      const next = yield* this.#markup();
      if (next?.kind === 'end-of-document') throw new SyntaxError('the document breaks off');
      if (next?.kind === 'open') depth++;
      if (next?.kind === 'close') depth--;
      if (this.#length > maxLength) this.#parts = [];
      if (tags % MAX_TAGS_PER_STEP === 0) yield;
    }
    const parts = this.#parts;
    this.#parts = undefined;
    return this.#length > maxLength ? undefined : parts.join('');
  }

  /** Passes text and one piece of markup; `undefined` when that was no tag. */
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

  /** Passes text up to the next `<` or the end of the document. */
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

/**
 * A tag up to its end. A `>` within quotes does not end it. The look-ahead keeps the name whole: the search would try
 * every shorter name too, and a long tag without an end would take minutes.
 */
const TAG = /<(\/?)([^\s/>"'<]+)(?=[\s/>"'<])(?:[^>"'/]|"[^"]*"|'[^']*'|\/(?!>))*(\/?)>/y;
