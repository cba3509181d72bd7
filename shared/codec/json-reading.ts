import type { Pace } from '../pace.ts';
import { JsonCursor, type Steps } from './json-cursor.ts';

/**
 * Reads a JSON document while it comes, giving the event loop back in between: so it need neither be in memory as a whole
 * nor stop everything else while it is parsed. Throws on what is no JSON or not complete, and what `texts` throws.
 */
export async function readJson<T>(
  texts: AsyncIterable<string> | Iterable<string>,
  read: (cursor: JsonCursor) => Steps<T>,
  pace: Pace,
): Promise<T> {
  const cursor = new JsonCursor();
  const steps = readDocument(cursor, read);
  for await (const text of texts) {
    cursor.give(text);
    await proceed(steps, pace);
  }
  cursor.end();
  const last = await proceed(steps, pace);
  if (last.done !== true) throw new SyntaxError('the document breaks off');
  return last.value;
}

function* readDocument<T>(cursor: JsonCursor, read: (cursor: JsonCursor) => Steps<T>): Steps<T> {
  const value = yield* read(cursor);
  yield* cursor.finish();
  return value;
}

/** Reads on until more text is needed, or to the end. */
async function proceed<T>(steps: Steps<T>, pace: Pace): Promise<IteratorResult<unknown, T>> {
  for (;;) {
    const step = steps.next();
    if (step.done === true || step.value === 'more') return step;
    if (pace.due()) await pace.rest();
  }
}

/** Reads the object here; `read` has to read the value of the key that it is given. */
export function* readObject(cursor: JsonCursor, read: (key: string) => Steps<void>): Steps<void> {
  yield* cursor.take();
  if ((yield* cursor.peek()) === '}') return void (yield* cursor.take());
  for (;;) {
    if ((yield* cursor.peek()) !== '"') throw new SyntaxError('a key of an object is no string');
    const key = String(yield* cursor.value());
    if ((yield* cursor.take()) !== ':') throw new SyntaxError(`no colon after the key ${key}`);
    yield* read(key);
    if (yield* isLast(cursor, '}')) return;
  }
}

/** Reads the list here; `read` has to read one element. */
export function* readList(cursor: JsonCursor, read: () => Steps<void>): Steps<void> {
  yield* cursor.take();
  if ((yield* cursor.peek()) === ']') return void (yield* cursor.take());
  for (;;) {
    yield* read();
    if (yield* isLast(cursor, ']')) return;
  }
}

function* isLast(cursor: JsonCursor, closing: string): Steps<boolean> {
  const next = yield* cursor.take();
  if (next !== closing && next !== ',') throw new SyntaxError(`neither comma nor ${closing} after a value`);
  return next === closing;
}
