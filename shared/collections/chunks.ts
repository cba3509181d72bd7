/**
 * An immutable list in chunks, of which the last may be short. Appending copies one chunk, however long the list is.
 */
export type Chunks<T> = readonly (readonly T[])[];

const CHUNK_LENGTH = 256;

export function appendTo<T>(chunks: Chunks<T>, items: readonly T[]): Chunks<T> {
  const last = chunks.at(-1);
  const open = last !== undefined && last.length < CHUNK_LENGTH ? last : undefined;
  const result = open === undefined ? chunks.slice() : chunks.slice(0, -1);
  const rest = open === undefined ? items : open.concat(items);
  for (let start = 0; start < rest.length; start += CHUNK_LENGTH) result.push(rest.slice(start, start + CHUNK_LENGTH));
  return result;
}

/** The list without its first `count` items. */
export function dropFirst<T>(chunks: Chunks<T>, count: number): Chunks<T> {
  let left = count;
  const first = chunks.findIndex((chunk) => {
    if (left < chunk.length) return true;
    left -= chunk.length;
    return false;
  });
  if (first < 0) return [];
  const [partial = [], ...whole] = chunks.slice(first);
  return left === 0 ? [partial, ...whole] : [partial.slice(left), ...whole];
}

/** The items from the first to the last. */
export function* each<T>(chunks: Chunks<T>): Iterable<T> {
  for (const chunk of chunks) yield* chunk;
}

/** The items from the last to the first. */
export function* eachBackwards<T>(chunks: Chunks<T>): Iterable<T> {
  for (const chunk of chunks.toReversed()) yield* chunk.toReversed();
}
