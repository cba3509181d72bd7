import type { AppName, InstanceId } from '../model/names.ts';
import { byText } from '../model/order.ts';
import type { Change } from './diff.ts';

/** How long a change stays in the delta: stock keeps 3 minutes; a client that polls every 30 s may miss a few rounds. */
export const DELTA_WINDOW_MS = 300_000;

/** The changes of one application that a delta tells. */
export interface DeltaApplication {
  readonly name: AppName;
  readonly changes: readonly Change[];
}

/** The log without what is older than the window; the same array when nothing is. `recent` is in order of time. */
export function prune(recent: readonly Change[], now: number): readonly Change[] {
  const first = recent.findIndex((change) => change.at > now - DELTA_WINDOW_MS);
  if (first === 0 || recent.length === 0) return recent;
  return first < 0 ? [] : recent.slice(first);
}

/**
 * The delta document of a log: the last change per instance only, and inside an application deletions last. A client
 * that does not know the application takes over the delta's own application object, so a deletion before an addition
 * would leave it a ghost.
 */
export function deltaOf(recent: readonly Change[]): readonly DeltaApplication[] {
  const apps = new Map<AppName, Map<InstanceId, Change>>();
  for (const change of recent) {
    const last = apps.get(change.app) ?? new Map<InstanceId, Change>();
    last.set(change.record.id, change);
    apps.set(change.app, last);
  }
  return [...apps]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([name, last]) => ({ name, changes: [...last.values()].toSorted(deletionsLast) }));
}

function deletionsLast(a: Change, b: Change): number {
  return Number(a.kind === 'deleted') - Number(b.kind === 'deleted') || byText(a.record.id, b.record.id);
}
