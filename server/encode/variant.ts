/** The dimensions in which one document has several encodings. */
export type Format = 'json' | 'xml';
export type Detail = 'full' | 'compact';
export type Coding = 'identity' | 'gzip';

export interface Variant {
  readonly format: Format;
  readonly detail: Detail;
  readonly coding: Coding;
  /** No other variant has the same. */
  readonly key: string;
}

/** A longer string, joined with the header, leaves more garbage than a second piece costs to send. */
const MAX_STRING_BYTES = 8 * 1024;

/** Bytes ready to be sent. */
export interface Answer {
  /** Names and values in turn, as node:http takes them. */
  readonly headers: readonly string[];
  /** Bytes of the body. */
  readonly length: number;
  /**
   * A short body is a string of latin1 characters, one per byte: it is sent in one piece with the header. Large
   * documents stay in pieces, so that they are never joined in memory.
   */
  readonly body: string | readonly Buffer[];
}

export function answerOf({ format, coding }: Pick<Variant, 'format' | 'coding'>, parts: readonly Buffer[]): Answer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const headers = ['content-type', `application/${format}`, 'content-length', String(length)];
  return {
    headers: coding === 'gzip' ? [...headers, 'content-encoding', 'gzip'] : headers,
    length,
    body: length > MAX_STRING_BYTES ? parts : Buffer.concat(parts).toString('latin1'),
  };
}

/** One value for each format and detail. */
export type ByDocument<T> = Readonly<Record<Format, Readonly<Record<Detail, T>>>>;

export function byDocument<T>(make: (format: Format, detail: Detail) => T): ByDocument<T> {
  const details = (format: Format): Readonly<Record<Detail, T>> => ({
    full: make(format, 'full'),
    compact: make(format, 'compact'),
  });
  return { json: details('json'), xml: details('xml') };
}

const VARIANTS = byDocument((format, detail) => {
  const as = (coding: Coding): Variant => ({ format, detail, coding, key: `${format}/${detail}/${coding}` });
  return { identity: as('identity'), gzip: as('gzip') };
});

/** The one object of a variant, so that a request allocates none. */
export function variantOf(format: Format, detail: Detail, coding: Coding): Variant {
  return VARIANTS[format][detail][coding];
}
