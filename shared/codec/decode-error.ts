/** Why a document, or one part of it, could not be read. */
export interface DecodeError {
  readonly reason: string;
}

/** One instance or application of a document that was left out, the others being good. */
export interface Skipped {
  readonly id: string;
  readonly reason: string;
}
