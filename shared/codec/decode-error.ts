/** Why a document, or one part of it, could not be read. */
export interface DecodeError {
  readonly reason: string;
}

/** One instance or application of a document that was left out, the others being good. */
export interface Skipped {
  readonly id: string;
  readonly reason: string;
}

/** Skipped parts beyond this number are not listed: nobody reads so many, and a document may have millions. */
const MAX_SKIPPED_LISTED = 10_000;

export function noteSkipped(skipped: Skipped[], each: Skipped): void {
  if (skipped.length < MAX_SKIPPED_LISTED) skipped.push(each);
}
