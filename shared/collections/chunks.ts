/**
 * An immutable list in chunks, of which some may be short. Appending copies one chunk, however long the list is, and
 * removing an item the chunk that has it.
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

/** The list without these items of it. `compare` is the order that the list is in, with no two items alike. */
export function without<T>(chunks: Chunks<T>, items: readonly T[], compare: (a: T, b: T) => number): Chunks<T> {
  if (items.length === 0) return chunks;
  const gone = new Map<number, Set<T>>();
  for (const item of items) {
    const at = chunkOf(chunks, item, compare);
    const those = gone.get(at);
    if (those === undefined) gone.set(at, new Set([item]));
    else those.add(item);
  }
  const result: (readonly T[])[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const those = gone.get(i);
    const left = those === undefined ? chunk : chunk.filter((item) => !those.has(item));
    const last = result.at(-1);
    // Chunks that got short are joined: else a list from which much is removed would end as chunks of one item each.
    if (last !== undefined && last.length + left.length <= CHUNK_LENGTH) result[result.length - 1] = last.concat(left);
    else result.push(left);
  }
  return result[0]?.length === 0 ? [] : result;
}

/** The first chunk whose last item is not before the item. */
function chunkOf<T>(chunks: Chunks<T>, item: T, compare: (a: T, b: T) => number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(chunks[middle]!.at(-1)!, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The items from the first to the last. */
export function* each<T>(chunks: Chunks<T>): Iterable<T> {
  for (const chunk of chunks) yield* chunk;
}

/** The items from the last to the first. */
export function* eachBackwards<T>(chunks: Chunks<T>): Iterable<T> {
  for (const chunk of chunks.toReversed()) yield* chunk.toReversed();
}
