import { runInSlices, type Steps, type TimeSlice } from '../time-slice.ts';
import { JsonCursor, type Reading } from './json-cursor.ts';

/**
 * Reads a JSON document while it comes, giving the event loop back in between: so it need neither be in memory as a whole
 * nor stop everything else while it is parsed. Throws on what is no JSON or not complete, and what `texts` throws.
 */
export async function readJson<T>(
  texts: AsyncIterable<string> | Iterable<string>,
  read: (cursor: JsonCursor) => Reading<T>,
  slice: TimeSlice,
): Promise<T> {
  const cursor = new JsonCursor();
  return readInParts(cursor, readDocument(cursor, read), texts, slice);
}

/** A place in a text that comes in parts. */
export interface PartedText {
  give(part: string): void;
  end(): void;
}

/** Takes a reading through a text that comes in parts. */
export async function readInParts<T>(
  cursor: PartedText,
  reading: Reading<T>,
  texts: AsyncIterable<string> | Iterable<string>,
  slice: TimeSlice,
): Promise<T> {
  for await (const text of texts) {
    cursor.give(text);
    await runInSlices(untilMore(reading), slice);
    // A part that is passed over is one step, and the next part may be there already.
    if (slice.isSpent()) await slice.next();
  }
  cursor.end();
  const last = await runInSlices(untilMore(reading), slice);
  if (last.done !== true) throw new SyntaxError('the document breaks off');
  return last.value;
}

function* readDocument<T>(cursor: JsonCursor, read: (cursor: JsonCursor) => Reading<T>): Reading<T> {
  const value = yield* read(cursor);
  yield* cursor.finish();
  return value;
}

/** The steps of a reading until it needs more text, or to its end. */
function* untilMore<T>(reading: Reading<T>): Steps<IteratorResult<unknown, T>> {
  for (;;) {
    const step = reading.next();
    if (step.done === true || step.value === 'more') return step;
    yield;
  }
}

/** Reads the object here; `read` has to read the value of the key that it is given. */
export function* readObject(cursor: JsonCursor, read: (key: string) => Reading<void>): Reading<void> {
  yield* cursor.take();
  if ((yield* cursor.peek()) === '}') return void (yield* cursor.take());
  for (;;) {
    if ((yield* cursor.peek()) !== '"') throw new SyntaxError('a key of an object is no string');
    const key = yield* cursor.value();
    if (typeof key !== 'string') throw new SyntaxError('a key of an object is too long');
    if ((yield* cursor.take()) !== ':') throw new SyntaxError(`no colon after the key ${key}`);
    yield* read(key);
    if (yield* isLast(cursor, '}')) return;
    yield;
  }
}

/** Reads the list here; `read` has to read one element. */
export function* readList(cursor: JsonCursor, read: () => Reading<void>): Reading<void> {
  yield* cursor.take();
  if ((yield* cursor.peek()) === ']') return void (yield* cursor.take());
  for (;;) {
    yield* read();
    if (yield* isLast(cursor, ']')) return;
    yield;
  }
}

function* isLast(cursor: JsonCursor, closing: string): Reading<boolean> {
  const next = yield* cursor.take();
  if (next !== closing && next !== ',') throw new SyntaxError(`neither comma nor ${closing} after a value`);
  return next === closing;
}
