/**
 * What stands around the applications of a document, or the instances of an application, so that it can be put together
 * from pieces that were encoded before: head, the pieces with the separator between them, tail.
 */
export interface DocumentFrame {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
}
