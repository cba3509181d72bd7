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

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** What comes of two in each round: neighbouring measurements share the machine's mood. */
export function roundByRound<T>(
  ours: readonly T[],
  theirs: readonly T[],
  of: (our: T, their: T) => number,
): readonly number[] {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds against ${theirs.length}`);
  return ours.flatMap((our, round) => {
    const their = theirs[round];
    return their === undefined ? [] : [of(our, their)];
  });
}

/** Round by round, the ratios; not the ratio of the medians. */
export function ratios(values: readonly number[], base: readonly number[]): readonly number[] {
  return roundByRound(values, base, (value, other) => value / other);
}
