import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import { findByName, replaceByName, type Named } from '../collections/named-list.ts';
import { appendTo, dropFirst, each, eachBackwards, type Chunks } from '../collections/chunks.ts';
import type { Change } from './diff.ts';

/** How long a change stays in the delta. Stock servers keep 3 minutes; more lets a client miss a few polls of 30 s. */
export const DELTA_WINDOW_MS = 300_000;

/**
 * One application of a delta: the last change of each instance, deletions last. A client that does not have the
 * application yet adopts the delta's application object, and then a deletion before an addition would leave a ghost in
 * it.
 */
export interface DeltaApplication extends Named {
  readonly changes: readonly Change[];
}

/** The changes within the window, as a log and as a delta. Immutable; the next log shares what did not change. */
export interface DeltaLog {
  /** Oldest first. */
  readonly recent: Chunks<Change>;
  /** The log has every change after this version. Earlier ones may be gone. */
  readonly since: number;
  /** Sorted by name. */
  readonly applications: readonly DeltaApplication[];
}

/** A log that begins after version `since`. */
export function emptyLog(since: number): DeltaLog {
  return { recent: [], since, applications: [] };
}

/** Changes that leave the log at a time. To remove 100,000 at once would delay every request. */
const MAX_PRUNED_AT_ONCE = 2000;

/**
 * The log without changes older than the window, of which a limited number goes at a time. The same object when there
 * are none. `now` in epoch milliseconds.
 */
export function prune(log: DeltaLog, now: number): DeltaLog {
  const gone: Change[] = [];
  for (const change of each(log.recent)) {
    if (change.at > now - DELTA_WINDOW_MS || gone.length === MAX_PRUNED_AT_ONCE) break;
    gone.push(change);
  }
  if (gone.length === 0) return log;
  const since = gone.at(-1)?.version ?? log.since;
  const left = new Set(gone);
  const touched = new Map<AppName, DeltaApplication | undefined>();
  for (const { app } of gone) {
    if (touched.has(app)) continue;
    const changes = changesOf(log, app).filter((change) => !left.has(change));
    touched.set(app, changes.length === 0 ? undefined : { name: app, changes });
  }
  return { recent: dropFirst(log.recent, gone.length), since, applications: replaceByName(log.applications, touched) };
}

/** The log with further changes, which are in the order of their versions. */
export function append(log: DeltaLog, changes: readonly Change[]): DeltaLog {
  if (changes.length === 0) return log;
  const added = new Map<AppName, Change[]>();
  for (const change of changes) {
    const list = added.get(change.app);
    if (list === undefined) added.set(change.app, [change]);
    else list.push(change);
  }
  const touched = new Map<AppName, DeltaApplication>();
  for (const [name, news] of added) {
    const last = new Map([...changesOf(log, name), ...news].map((change) => [change.record.id, change]));
    touched.set(name, { name, changes: [...last.values()].toSorted(deletionsLast) });
  }
  return { ...log, recent: appendTo(log.recent, changes), applications: replaceByName(log.applications, touched) };
}

/**
 * The applications whose served entries changed after a version; `undefined` when the log does not go back that far.
 */
export function changedSince(log: DeltaLog, version: number): ReadonlySet<AppName> | undefined {
  if (version < log.since) return undefined;
  const names = new Set<AppName>();
  for (const change of eachBackwards(log.recent)) {
    if (change.version <= version) break;
    names.add(change.app);
  }
  return names;
}

/** The applications with changes in the log `before` that have left the window in the log `now`. */
export function leftSince(before: DeltaLog, now: DeltaLog): ReadonlySet<AppName> {
  const names = new Set<AppName>();
  for (const change of each(before.recent)) {
    if (change.version > now.since) break;
    names.add(change.app);
  }
  return names;
}

function changesOf(log: DeltaLog, name: AppName): readonly Change[] {
  return findByName(log.applications, name)?.changes ?? [];
}

function deletionsLast(a: Change, b: Change): number {
  return Number(a.kind === 'deleted') - Number(b.kind === 'deleted') || byText(a.record.id, b.record.id);
}
