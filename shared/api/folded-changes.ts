import type { PastChange } from '../history/moment.ts';
import type { ChangedField } from '../model/changed-fields.ts';
import { isCopyId } from '../registry/synthetic-id.ts';
import { counted } from '../text/printable.ts';
import type { Steps } from '../time-slice.ts';
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
  const folding = new Folding(Infinity);
  for (const change of changes) folding.add(change.id, () => change);
  return folding.result;
}

/** As `foldChanges`, of the changes as they are remembered: the first `limit`. A step for each. */
export function* foldPast(changes: Iterable<PastChange>, limit: number): Steps<readonly FoldedChange[]> {
  const folding = new Folding(limit);
  for (const change of changes) {
    folding.add(change.entry.id, () => reportChange(change));
    yield;
  }
  return folding.result;
}

class Folding {
  readonly #limit: number;
  readonly #places = new Map<string, number>();
  readonly result: FoldedChange[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is neither a copy nor within the limit is not even reported: there may be a hundred thousand. */
  add(id: string, report: () => ChangeReport): void {
    const hasRoom = this.result.length < this.#limit;
    if (!isCopyId(id)) {
      if (hasRoom) this.result.push(report());
      return;
    }
    const change = report();
    const key = likeness(change);
    const place = this.#places.get(key);
    const first = place === undefined ? undefined : this.result[place];
    if (place !== undefined && first !== undefined) this.result[place] = { ...first, copies: (first.copies ?? 1) + 1 };
    else if (hasRoom) this.#places.set(key, this.result.push(change) - 1);
  }
}

function likeness(change: ChangeReport): string {
  const { at, version, app, kind, cause } = change;
  return JSON.stringify([at, version, app, kind, cause, changedText(change, Infinity)]);
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

/** Characters of the fields that people are told of one change: what caused it comes behind, and must be seen. */
const MAX_LENGTH = 600;

/**
 * `status UP → DOWN`; of an entry that came or went its status. The first fields, as many as fit in `maxLength`
 * characters, and how many more there are.
 */
export function changedText(
  { kind, status, values, moreFields = 0 }: Pick<ChangeReport, 'kind' | 'status' | 'values' | 'moreFields'>,
  maxLength = MAX_LENGTH,
): string {
  if (kind !== 'modified') return status;
  const all = values.filter(({ field }) => !CLOCKS.has(field)).map(valuesText);
  const shown: string[] = [];
  let length = 0;
  for (const text of all) {
    length += text.length;
    if (shown.length > 0 && length > maxLength) break;
    shown.push(text);
  }
  const more = all.length - shown.length + moreFields;
  if (more > 0) shown.push(`and ${counted(more, 'more field', 'more fields')}`);
  return shown.join(', ') || 'time stamps';
}

/** Of a lease only its times are shown: two that look the same differ in when they were given. */
function valuesText({ field, from, to }: ChangedField): string {
  return from === to ? `${field} (time stamps)` : `${field} ${from || '(none)'} → ${to || '(none)'}`;
}
