import type { Slice } from './load/slice.ts';
import { median, roundByRound } from './statistics.ts';

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
  const work = ({ cpuSecondsPerThousand }: Slice): number => 1 / cpuSecondsPerThousand;
  return {
    byRate: roundByRound(ours, theirs, ratioOfRates),
    byCpu: roundByRound(ours, theirs, (our, their) => work(our) / work(their)),
  };
}

/** Of two that took the same number of turns, alternately, the middle of the turns' ratios: a bad moment is one of many. */
function ratioOfRates(ours: Slice, theirs: Slice): number {
  const [our, their] = [ours.turns, theirs.turns];
  if (our === undefined || their === undefined || our.length !== their.length) return ours.perSecond / theirs.perSecond;
  return median(roundByRound(our, their, (a, b) => a.perSecond / b.perSecond));
}

export function medianByRate({ byRate }: Contest): number {
  return median(byRate);
}

export function medianByCpu({ byCpu }: Contest): number {
  return median(byCpu);
}
