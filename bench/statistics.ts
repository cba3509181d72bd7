/** The median; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** `percent`: 0 to 100. Between two values it is interpolated. Throws without values. */
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
 * The confidence interval (at least 90 %) of the true median, that of endless rounds: from the k-th least to the k-th
 * greatest value, for the greatest k with that confidence. No distribution is assumed. Fewer than five values do not
 * reach it: their interval is from the least to the greatest.
 */
export function medianInterval(values: readonly number[]): { readonly least: number; readonly most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  // The chance that at most `left` values are below the true median: each is with a chance of one half.
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

/** Combines the values of two servers in each round: within a round the machine was in about the same state. */
export function roundByRound<T>(
  ours: readonly T[],
  theirs: readonly T[],
  of: (our: T, their: T) => number,
): readonly number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds against ${theirs.length}`);
  return ours.map((our, round) => of(our, theirs[round] as T));
}
