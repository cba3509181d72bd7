import { explains, type Explanation, type Placed } from './explained.ts';
import type { Mutant } from './instrument.ts';
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
  /** All of them, or a sample. */
  readonly tried: number;
  readonly counts: Readonly<Record<Fate, number>>;
  /** Noticed mutants in percent of all tried, the explained ones included. */
  readonly percent: number;
  /** Without the explained ones. */
  readonly percentOfKillable: number;
}

export function scoreOf(folder: string, tried: readonly Tried[], mutants: number): Score {
  const counts: Record<Fate, number> = { failed: 0, endless: 0, survived: 0, 'not reached': 0, explained: 0 };
  for (const { fate } of tried) counts[fate] += 1;
  const noticed = counts.failed + counts.endless;
  const percent = percentage(noticed, tried.length);
  const percentOfKillable = percentage(noticed, tried.length - counts.explained);
  return { folder, mutants, tried: tried.length, counts, percent, percentOfKillable };
}

function percentage(part: number, whole: number): number {
  return whole === 0 ? 100 : (100 * part) / whole;
}

/** By folder, and the total at the end. */
export function scoresOf(tried: readonly Tried[], all: readonly Mutant[]): readonly Score[] {
  const sizes = Map.groupBy(all, ({ file }) => folderOf(file));
  const parts = Map.groupBy(tried, ({ mutant }) => folderOf(mutant.file));
  const folders = [...sizes.keys()].toSorted();
  const scores = folders.map((folder) => scoreOf(folder, parts.get(folder) ?? [], sizes.get(folder)?.length ?? 0));
  return [...scores, scoreOf('total', tried, all.length)];
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}
