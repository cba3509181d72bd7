import type { TimeSlice } from '../time-slice.ts';
import { JsonCursor } from './json-cursor.ts';
import { readInParts, type Reading } from './reading.ts';

/**
 * Reads a JSON document while it arrives and gives the event loop back in between. So the document is never in memory
 * as a whole, and others are served while it is parsed. Throws on what is not JSON or not complete, and what `texts`
 * throws.
 */
export async function readJson<T>(
  texts: AsyncIterable<string> | Iterable<string>,
  read: (cursor: JsonCursor) => Reading<T>,
  slice: TimeSlice,
): Promise<T> {
  const cursor = new JsonCursor();
  return readInParts(cursor, readDocument(cursor, read), texts, slice);
}

function* readDocument<T>(cursor: JsonCursor, read: (cursor: JsonCursor) => Reading<T>): Reading<T> {
  const value = yield* read(cursor);
  yield* cursor.finish();
  return value;
}

/** Reads the object here. `read` must read the value of the key that it gets. */
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

/** Reads the list here. `read` must read one element. */
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
