/** The dimensions in which one document has several encodings. */
export type Format = 'json' | 'xml';
export type Detail = 'full' | 'compact';
export type Coding = 'identity' | 'gzip';

export interface Variant {
  readonly format: Format;
  readonly detail: Detail;
  readonly coding: Coding;
}

export function variantKey(variant: Variant): string {
  return `${variant.format}/${variant.detail}/${variant.coding}`;
}

/** In bytes: with its header the answer must stay below the 16 KiB that Node.js sends from the stack. */
const SHORT_LIMIT = 15 * 1024;

/** Bytes ready to be sent. Large identity documents stay in pieces, so that they are never joined in memory. */
export interface Answer {
  /** Names and values in turn, as node:http takes them. */
  readonly headers: readonly string[];
  readonly parts: readonly Buffer[];
  /** Sum of the parts, in bytes. */
  readonly length: number;
  /** The bytes of a short answer as latin1 characters: with the header they are one string, and leave in one piece. */
  readonly characters: string | undefined;
}

export function answerOf(variant: Pick<Variant, 'format' | 'coding'>, parts: readonly Buffer[]): Answer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const type = variant.format === 'json' ? 'application/json' : 'application/xml';
  const headers = ['content-type', type, 'content-length', String(length)];
  return {
    headers: variant.coding === 'gzip' ? [...headers, 'content-encoding', 'gzip'] : headers,
    parts,
    length,
    characters: length > SHORT_LIMIT ? undefined : Buffer.concat(parts).toString('latin1'),
  };
}
