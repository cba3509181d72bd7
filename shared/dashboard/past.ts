import { foldPast, type FoldedChange } from '../api/folded-changes.ts';
import { stageOf, type Stage } from '../api/stage.ts';
import { isVisible } from '../api/summary.ts';
import type { Moment } from '../history/moment.ts';
import { patchOf } from '../history/patch.ts';
import { byText } from '../model/order.ts';
import type { MergedApplication } from '../registry/application.ts';
import type { StatusCounts } from '../registry/hashcode.ts';
import { parseMoment } from '../text/moment.ts';
import type { Steps } from '../time-slice.ts';

/** One application as it was, and what became of its served entries until now. */
export interface PastRow {
  readonly name: string;
  /** Absent: nothing was known of it. */
  readonly was: { readonly stage: Stage; readonly counts: StatusCounts } | undefined;
  readonly added: number;
  readonly modified: number;
  readonly deleted: number;
  /** Whether nothing is known of it now. */
  readonly gone: boolean;
}

/** `then`, `now`: all applications of both moments. By name. */
export function* pastRows(
  then: readonly MergedApplication[],
  now: readonly MergedApplication[],
): Steps<readonly PastRow[]> {
  const before = new Map(then.map((each) => [each.name, each] as const));
  const after = new Map(now.map((each) => [each.name, each] as const));
  const rows: PastRow[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    yield;
    const [old, is] = [before.get(name), after.get(name)];
    const isKnown = old !== undefined && isVisible(old);
    const count = { added: 0, modified: 0, deleted: 0 };
    // What did not change is the same object in both.
    const entries = old === is ? [] : (patchOf(old, is)?.entries ?? []);
    for (const entry of entries)
      if (entry.kind !== 'modified' || Object.keys(entry.before).length > 0) count[entry.kind] += 1;
    if (!isKnown && count.added === 0) continue;
    const gone = is === undefined || !isVisible(is);
    rows.push({ name, was: isKnown ? { stage: stageOf(old), counts: old.counts } : undefined, ...count, gone });
  }
  return rows.toSorted((a, b) => byText(a.name, b.name));
}

/** Also one that had no entry may be gone: it was refused. */
export function isChanged({ added, modified, deleted, gone }: PastRow): boolean {
  return gone || added + modified + deleted > 0;
}

/** Which applications are looked at. `changed`: those that are different now. */
export interface PastView {
  readonly text: string;
  readonly changed: boolean;
}

/** What cannot be read counts as not given. */
export function readPastView(query: (name: string) => string | undefined): PastView {
  return { text: query('q') ?? '', changed: query('changed') === 'yes' };
}

/** `time`: RFC 3339. */
export function pastQueryOf(time: string, { text, changed }: PastView, page = 1): string {
  const query = new URLSearchParams({ time });
  if (text !== '') query.set('q', text.toWellFormed());
  if (changed) query.set('changed', 'yes');
  if (page > 1) query.set('page', String(page));
  return `?${query.toString()}`;
}

export function lookAtPast(rows: readonly PastRow[], { text, changed }: PastView): readonly PastRow[] {
  const words = text.toUpperCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => row.name.includes(word)) && (!changed || isChanged(row)));
}

/** What a field of a form sends that lets people pick a date and a time. */
const OF_A_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;

/** A moment of the query in epoch milliseconds; `undefined`: none. A form knows no zone: it means UTC. */
export function readMoment(text: string, now: number): number | undefined {
  const [, seconds] = OF_A_FORM.exec(text) ?? [];
  if (!OF_A_FORM.test(text)) return parseMoment(text, now);
  return parseMoment(`${text}${seconds === undefined ? ':00' : ''}Z`, now);
}

/**
 * The changes after a moment, newest first: the last `limit` of them as people read them, and how many there are. Moments
 * are looked at in the first step alone; of the changes that are shown each is a step.
 */
export function* changesSince(
  newestFirst: Iterable<Moment>,
  at: number,
  limit: number,
): Steps<{ readonly changes: readonly FoldedChange[]; readonly count: number }> {
  const moments: Moment[] = [];
  let count = 0;
  for (const moment of newestFirst) {
    if (moment.at <= at) break;
    moments.push(moment);
    count += moment.changes.length;
  }
  const changes: FoldedChange[] = [];
  for (const moment of moments) {
    if (changes.length >= limit) break;
    changes.push(...(yield* foldPast(moment.changes, limit - changes.length)));
  }
  return { changes, count };
}

/** How many changes there were in each of some equal parts of the time from `from` to `to`, oldest first. */
export function changesOverTime(
  newestFirst: Iterable<Moment>,
  from: number,
  to: number,
  parts: number,
): readonly number[] {
  const counts = Array.from({ length: parts }, () => 0);
  const length = Math.max(1, to - from) / parts;
  for (const { at, changes } of newestFirst) {
    if (at < from) break;
    const part = Math.min(parts - 1, Math.floor((at - from) / length));
    counts[part] = (counts[part] ?? 0) + changes.length;
  }
  return counts;
}
