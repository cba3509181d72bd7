import { explains, type Explanation, type Placed } from './explained.ts';
import type { Verdict } from './pool.ts';

/** What became of a mutant. Only the first two count as noticed. */
export type Fate = 'failed' | 'endless' | 'survived' | 'not reached' | 'explained';

export interface Tried extends Placed {
  readonly fate: Fate;
}

export function fateOf(placed: Placed, verdict: Verdict | 'not reached', explanations: readonly Explanation[]): Fate {
  if (verdict !== 'not reached' && verdict.kind === 'killed') return verdict.how;
  if (explanations.some((each) => explains(each, placed))) return 'explained';
  return verdict === 'not reached' ? verdict : 'survived';
}

export interface Score {
  readonly folder: string;
  readonly mutants: number;
  readonly counts: Readonly<Record<Fate, number>>;
  /** Noticed mutants in percent of all, the explained ones included. */
  readonly percent: number;
  /** Without the explained ones. */
  readonly percentOfKillable: number;
}

export function scoreOf(folder: string, tried: readonly Tried[]): Score {
  const counts: Record<Fate, number> = { failed: 0, endless: 0, survived: 0, 'not reached': 0, explained: 0 };
  for (const { fate } of tried) counts[fate] += 1;
  const noticed = counts.failed + counts.endless;
  const percent = percentage(noticed, tried.length);
  const percentOfKillable = percentage(noticed, tried.length - counts.explained);
  return { folder, mutants: tried.length, counts, percent, percentOfKillable };
}

function percentage(part: number, whole: number): number {
  return whole === 0 ? 100 : (100 * part) / whole;
}

/** By folder, and the total at the end. */
export function scoresOf(tried: readonly Tried[]): readonly Score[] {
  const folders = Map.groupBy(tried, ({ mutant }) => mutant.file.slice(0, mutant.file.lastIndexOf('/')));
  const sorted = [...folders].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [...sorted.map(([folder, of]) => scoreOf(folder, of)), scoreOf('total', tried)];
}
