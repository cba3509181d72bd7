import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import { findByName, replaceByName, type Named } from '../collections/named-list.ts';
import { appendTo, dropFrom, each, eachBackwards, type Chunks } from '../collections/chunks.ts';
import type { Change } from './diff.ts';

/** How long a change stays in the delta: stock keeps 3 minutes; a client that polls every 30 s may miss a few rounds. */
export const DELTA_WINDOW_MS = 300_000;

/**
 * What a delta tells of one application: the last change per instance, deletions last. A client that does not know the
 * application takes over the delta's own application object, so a deletion before an addition would leave it a ghost.
 */
export interface DeltaApplication extends Named {
  readonly changes: readonly Change[];
}

/** The changes of the window, as a log and as the delta that they amount to. Immutable, shares what did not change. */
export interface DeltaLog {
  /** Oldest first. */
  readonly recent: Chunks<Change>;
  /** Everything that came after this version is in the log; what came until then has left it, or was never in it. */
  readonly since: number;
  /** Sorted by name. */
  readonly applications: readonly DeltaApplication[];
}

/** A log that begins after a version. */
export function emptyLog(since: number): DeltaLog {
  return { recent: [], since, applications: [] };
}

/** So many changes leave the log at a time: of 100,000 at once everybody would feel it. */
const MAX_PRUNED_AT_ONCE = 2000;

/**
 * The log without what is older than the window, or without the first of that when it is much; the same object when
 * nothing is. `now` in epoch milliseconds.
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
  return { recent: dropFrom(log.recent, gone.length), since, applications: replaceByName(log.applications, touched) };
}

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

/** The applications whose served entries changed after a version; `undefined` when the log does not go back so far. */
export function changedSince(log: DeltaLog, version: number): ReadonlySet<AppName> | undefined {
  if (version < log.since) return undefined;
  const names = new Set<AppName>();
  for (const change of eachBackwards(log.recent)) {
    if (change.version <= version) break;
    names.add(change.app);
  }
  return names;
}

/** The applications of which something was told `before` and has left the window since. */
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
