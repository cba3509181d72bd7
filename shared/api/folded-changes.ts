import type { PastChange } from '../history/moment.ts';
import type { ChangedField } from '../model/changed-fields.ts';
import { isCopyId } from '../registry/synthetic-id.ts';
import { counted } from '../text/printable.ts';
import { reportChange, type ChangeReport } from './changes.ts';

/** A change as people read it. */
export interface FoldedChange extends ChangeReport {
  /** How many copies of registered instances changed so at once, of which this is the first. Absent: it is the only one. */
  readonly copies?: number;
}

/**
 * A step of the traffic dial lists copies by the hundred, and they would drown everything else. Those of one application
 * that changed alike, in one version and for the same cause, become one change.
 */
export function foldChanges(changes: Iterable<ChangeReport>): readonly FoldedChange[] {
  return folded(
    changes,
    Infinity,
    ({ id }) => id,
    (change) => change,
  );
}

/** As `foldChanges`, of the changes as they are remembered: the first `limit`. */
export function foldPast(changes: Iterable<PastChange>, limit: number): readonly FoldedChange[] {
  return folded(changes, limit, ({ entry }) => entry.id, reportChange);
}

/** What is neither a copy nor within the limit is not even reported: there may be a hundred thousand. */
function folded<Change>(
  changes: Iterable<Change>,
  limit: number,
  idOf: (change: Change) => string,
  report: (change: Change) => ChangeReport,
): readonly FoldedChange[] {
  const result: FoldedChange[] = [];
  const places = new Map<string, number>();
  for (const each of changes) {
    if (!isCopyId(idOf(each))) {
      if (result.length < limit) result.push(report(each));
      continue;
    }
    const change = report(each);
    const key = likeness(change);
    const place = places.get(key);
    const first = place === undefined ? undefined : result[place];
    if (place !== undefined && first !== undefined) result[place] = { ...first, copies: (first.copies ?? 1) + 1 };
    else if (result.length < limit) places.set(key, result.push(change) - 1);
  }
  return result;
}

function likeness(change: ChangeReport): string {
  const { at, version, app, kind, cause } = change;
  return JSON.stringify([at, version, app, kind, cause, changedText(change)]);
}

/** How many changes these stand for. */
export function changesIn(changes: readonly FoldedChange[]): number {
  return changes.reduce((sum, { copies = 1 }) => sum + copies, 0);
}

/** `63 copies, such as eurek8s:copy_of:BOB:bob-2:9`, or the id. */
export function entryText({ id, copies }: FoldedChange): string {
  return `${copiesText(copies)}${id}`;
}

/** What stands before the id. */
export function copiesText(copies: number | undefined): string {
  return copies === undefined ? '' : `${counted(copies, 'copy', 'copies')}, such as `;
}

/** Fields whose change says nothing to people. */
const CLOCKS: ReadonlySet<string> = new Set(['lastUpdatedTimestamp', 'lastDirtyTimestamp']);

/** `status UP → DOWN`; of an entry that came or went its status. */
export function changedText({ kind, status, values }: Pick<ChangeReport, 'kind' | 'status' | 'values'>): string {
  const seen = values.filter(({ field }) => !CLOCKS.has(field));
  return kind === 'modified' ? seen.map(valuesText).join(', ') || 'time stamps' : status;
}

/** Of a lease only its times are shown: two that look the same differ in when they were given. */
function valuesText({ field, from, to }: ChangedField): string {
  return from === to ? `${field} (time stamps)` : `${field} ${from || '(none)'} → ${to || '(none)'}`;
}
