import type { Slice } from './load/slice.ts';
import { median, ratios } from './statistics.ts';

/** How often our work is done for each time theirs is, round by round. */
export interface Contest {
  /** In a second: what clients see. */
  readonly byRate: readonly number[];
  /** In a second of CPU time: nearly the same whatever else the machine does, so it can decide over a CI run. */
  readonly byCpu: readonly number[];
}

/** Undefined when one of both was not measured. */
export function contest(ours: readonly Slice[] = [], theirs: readonly Slice[] = []): Contest | undefined {
  if (ours.length === 0 || theirs.length === 0) return undefined;
  const values = (of: (slice: Slice) => number): readonly number[] => ratios(ours.map(of), theirs.map(of));
  return {
    byRate: values(({ perSecond }) => perSecond),
    byCpu: values(({ cpuSecondsPerThousand }) => 1 / cpuSecondsPerThousand),
  };
}

export function medianByRate({ byRate }: Contest): number {
  return median(byRate);
}

export function medianByCpu({ byCpu }: Contest): number {
  return median(byCpu);
}
