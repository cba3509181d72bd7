import { runInSlices, type Steps, type TimeSlice } from '../time-slice.ts';

/**
 * A reading of a document in steps. It yields `more` when it needs more text, and `undefined` between two steps. It
 * returns what was read, and throws a `SyntaxError` on what is malformed.
 */
export type Reading<T> = Generator<'more' | undefined, T, void>;

/** A position in a text that comes in parts. */
export interface TextCursor {
  /** The next part of the text. A part must not end within a surrogate pair. */
  give(part: string): void;
  /** There is no more text. */
  end(): void;
}

/** Takes a reading through a text that comes in parts, and gives the event loop back in between. */
export async function readInParts<T>(
  cursor: TextCursor,
  reading: Reading<T>,
  texts: AsyncIterable<string> | Iterable<string>,
  slice: TimeSlice,
): Promise<T> {
  for await (const text of texts) {
    cursor.give(text);
    await runInSlices(untilMore(reading), slice);
    // A part may be a single step, and the next part may have arrived already.
    if (slice.isSpent()) await slice.next();
  }
  cursor.end();
  const last = await runInSlices(untilMore(reading), slice);
  if (last.done !== true) throw new SyntaxError('the document breaks off');
  return last.value;
}

/** The steps of a reading up to the point where it needs more text, or up to its end. */
function* untilMore<T>(reading: Reading<T>): Steps<IteratorResult<unknown, T>> {
  for (;;) {
    const step = reading.next();
    if (step.done === true || step.value === 'more') return step;
    yield;
  }
}
