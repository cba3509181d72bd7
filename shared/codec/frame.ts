/**
 * What stands around the applications of a document, so that it can be put together from application pieces that were
 * encoded before: head, the pieces with the separator between them, tail.
 */
export interface DocumentFrame {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
}
