/** The middle of the values; of an even number of them, halfway between the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** 0 to 100; between two values it is interpolated. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('no values to take a percentile of');
  return below + (above - below) * (position - Math.floor(position));
}

const CONFIDENCE = 0.9;

/**
 * Where the median would be if there were rounds without end, with a confidence of at least 90 %: between the k-th least
 * and the k-th greatest of the values, for the greatest k that is so sure. Nothing is assumed of how they are
 * distributed. Fewer than five values cannot be so sure: of them it is everything from the least to the most.
 */
export function medianInterval(values: readonly number[]): { readonly least: number; readonly most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  // The chance that at most `left` of the values lie below the true median, where each does or does not, as coins fall.
  let chance = 0.5 ** count;
  let tail = chance;
  let left = 0;
  for (;;) {
    chance *= (count - left) / (left + 1);
    if (1 - 2 * (tail + chance) < CONFIDENCE) break;
    tail += chance;
    left++;
  }
  const [least, most] = [sorted[left], sorted[count - 1 - left]];
  if (least === undefined || most === undefined) throw new Error('no values to take a median of');
  return { least, most };
}

/** What comes of two in each round: neighbouring measurements share the machine's mood. */
export function roundByRound<T>(
  ours: readonly T[],
  theirs: readonly T[],
  of: (our: T, their: T) => number,
): readonly number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds against ${theirs.length}`);
  return ours.map((our, round) => of(our, theirs[round] as T));
}
