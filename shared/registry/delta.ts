import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import { findByName, replaceByName, type Named } from '../collections/named-list.ts';
import { appendTo, dropFirst, each, eachBackwards, without, type Chunks } from '../collections/chunks.ts';
import type { DeltaWindow } from './delta-window.ts';
import type { Change } from './diff.ts';

/**
 * One application of a delta: the last change of each instance, deletions last. A client that does not have the
 * application yet adopts the delta's application object, and then a deletion before an addition would leave a ghost in
 * it.
 */
export interface DeltaApplication extends Named {
  readonly changes: readonly Change[];
}

/**
 * The last change of each instance that changed within the window, as a log and as a delta. Immutable; the next log
 * shares what did not change. An earlier change of an instance leaves both with the next one, and its record with it:
 * one instance that registers again and again would fill memory otherwise.
 */
export interface DeltaLog {
  /** In the order of `byTime`. */
  readonly recent: Chunks<Change>;
  /** The log has the last change of each instance that changed after this version. Earlier ones may be gone. */
  readonly since: number;
  /** Sorted by name. */
  readonly applications: readonly DeltaApplication[];
  /** How many instances the applications have. */
  readonly size: number;
}

/** A log that begins after version `since`. */
export function emptyLog(since: number): DeltaLog {
  return { recent: [], since, applications: [], size: 0 };
}

/** Changes that leave the log at a time. To remove 100,000 at once would delay every request. */
const MAX_PRUNED_AT_ONCE = 2000;

/**
 * The log without changes that have left the window, of which a limited number goes at a time. The same object when
 * there are none. `now` in epoch milliseconds.
 */
export function prune(log: DeltaLog, now: number, window: DeltaWindow): DeltaLog {
  const left = new Map<AppName, Set<Change>>();
  let { since, size } = log;
  let gone = 0;
  for (const change of each(log.recent)) {
    const age = now - change.at;
    if (age < window.leastMs || gone === MAX_PRUNED_AT_ONCE) break;
    if (age < window.mostMs && size <= window.maxSmallDelta) break;
    const changes = left.get(change.app) ?? new Set(changesOf(log, change.app));
    left.set(change.app, changes);
    changes.delete(change);
    size--;
    since = change.version;
    gone++;
  }
  if (gone === 0) return log;
  const touched = new Map<AppName, DeltaApplication | undefined>();
  for (const [name, changes] of left)
    touched.set(name, changes.size === 0 ? undefined : { name, changes: [...changes] });
  return { recent: dropFirst(log.recent, gone), since, applications: replaceByName(log.applications, touched), size };
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
  const superseded: Change[] = [];
  let { size } = log;
  for (const [name, news] of added) {
    const before = changesOf(log, name);
    const all = before.length === 0 ? news : [...before, ...news];
    const changes = before.length === 0 && isInOrder(news) ? news : lastOfEach(all);
    if (changes.length < all.length) {
      const last = new Set(changes);
      for (const change of all) if (!last.has(change)) superseded.push(change);
    }
    size += changes.length - before.length;
    touched.set(name, { name, changes });
  }
  return {
    ...log,
    recent: without(appendTo(log.recent, changes.toSorted(byTime)), superseded, byTime),
    applications: replaceByName(log.applications, touched),
    size,
  };
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

/** The last change of each instance. */
function lastOfEach(changes: readonly Change[]): readonly Change[] {
  const last = new Map(changes.map((change) => [change.record.id, change]));
  return [...last.values()].toSorted(deletionsLast);
}

/** As most changes come: of one instance each, and in the order that a delta lists them in. */
function isInOrder(changes: readonly Change[]): boolean {
  return changes.every((change, i) => {
    const before = changes[i - 1];
    return change.kind !== 'deleted' && (before === undefined || byText(before.record.id, change.record.id) < 0);
  });
}

/** The oldest first. A snapshot has one change of an instance, so that no two are alike. */
function byTime(a: Change, b: Change): number {
  return a.version - b.version || byText(a.app, b.app) || byText(a.record.id, b.record.id);
}

function deletionsLast(a: Change, b: Change): number {
  return Number(a.kind === 'deleted') - Number(b.kind === 'deleted') || byText(a.record.id, b.record.id);
}
