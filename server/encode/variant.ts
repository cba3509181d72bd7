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

/** Bytes ready to be sent. Large identity documents stay in pieces, so that they are never joined in memory. */
export interface Answer {
  readonly contentType: 'application/json' | 'application/xml';
  readonly coding: Coding;
  readonly parts: readonly Buffer[];
  /** Sum of the parts, in bytes. */
  readonly length: number;
}

export function answerOf(variant: Pick<Variant, 'format' | 'coding'>, parts: readonly Buffer[]): Answer {
  return {
    contentType: variant.format === 'json' ? 'application/json' : 'application/xml',
    coding: variant.coding,
    parts,
    length: parts.reduce((sum, part) => sum + part.length, 0),
  };
}
