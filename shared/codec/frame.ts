/**
 * What stands around the applications of a document, or around the instances of an application. With it a document is
 * put together from pieces that were encoded before: the head, the pieces with the separator between them, the tail.
 */
export interface DocumentFrame {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
}
