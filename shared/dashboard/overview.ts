import type { FoldedChange } from '../api/folded-changes.ts';
import type { SourcesReport } from '../api/sources.ts';
import { STAGES, type Stage } from '../api/stage.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { needsAttention, rowsOf, type Row } from './row.ts';

const MAX_ATTENTION = 8;

/** What is served, in numbers. */
export interface Totals {
  readonly version: number;
  readonly hashCode: string;
  readonly entries: number;
  readonly up: number;
  readonly applications: number;
  readonly stages: Readonly<Record<Stage, number>>;
  /** How many applications need attention, and the first of them. */
  readonly attention: number;
  readonly first: readonly Row[];
}

/** What the overview shows, and what the stream of the dashboard repeats. */
export interface Overview {
  /** Epoch milliseconds of the server. */
  readonly now: number;
  readonly sources: SourcesReport;
  /** Absent before the first snapshot. */
  readonly totals: Totals | undefined;
  /** The last changes, newest first. */
  readonly recent: readonly FoldedChange[];
}

const counted = new WeakMap<RegistrySnapshot, Totals>();

export function overviewOf(
  snapshot: RegistrySnapshot | undefined,
  sources: SourcesReport,
  recent: readonly FoldedChange[],
  now: number,
): Overview {
  return {
    now,
    sources,
    totals: snapshot && totalsOf(snapshot),
    recent,
  };
}

export function totalsOf(snapshot: RegistrySnapshot): Totals {
  const known = counted.get(snapshot);
  if (known !== undefined) return known;
  const { version, hashCode, counts, applications } = snapshot;
  const rows = rowsOf(applications);
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
  let attention = 0;
  const first: Row[] = [];
  for (const row of rows) {
    stages[row.stage] += 1;
    if (!needsAttention(row)) continue;
    attention += 1;
    if (first.length < MAX_ATTENTION) first.push(row);
  }
  const entries = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const totals = { version, hashCode, entries, up: counts.UP, applications: rows.length, stages, attention, first };
  counted.set(snapshot, totals);
  return totals;
}
