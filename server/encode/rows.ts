import type { Named } from '../../shared/collections/named-list.ts';

/** One application of a document. The same object, a row or a list of rows, means the same content. */
export interface Item<Row extends object> extends Named {
  /** Never empty: an application without instances is never emitted (some clients throw on one). */
  readonly rows: readonly Row[];
}

/** How items are encoded. */
export interface RowCodec<Row extends object> {
  /** Of compression, from 1 to 9. */
  readonly level: number;
  /** Between two applications. */
  readonly separator: Buffer;
  /** The text before, between and after the rows of one application. */
  frame(name: string): { readonly head: string; readonly separator: string; readonly tail: string };
  row(row: Row): string;
}
