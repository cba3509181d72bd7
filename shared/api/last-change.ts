import type { Moment } from '../history/moment.ts';
import type { AppName } from '../model/names.ts';
import { isCopyId } from '../registry/synthetic-id.ts';
import { printable } from '../text/printable.ts';
import { reportChange, type ChangeReport } from './changes.ts';
import { changedText } from './folded-changes.ts';

/**
 * The last change that is remembered of an application: what is left of one that has vanished. Of its copies only where
 * nothing else changed with them. `at`: not after this time, in epoch milliseconds.
 */
export function lastChangeOf(
  newestFirst: Iterable<Moment>,
  name: AppName,
  at = Number.POSITIVE_INFINITY,
): ChangeReport | undefined {
  for (const moment of newestFirst) {
    if (moment.at > at) continue;
    const ofIt = moment.changes.filter(({ app }) => app === name);
    const change = ofIt.findLast(({ entry }) => !isCopyId(entry.id)) ?? ofIt.at(-1);
    if (change !== undefined) return reportChange(change);
  }
  return undefined;
}

/** When, what and why, and where the others are. */
export function lastChangeText(change: ChangeReport): string {
  const { at = 'an unknown time', app, id, kind, cause } = change;
  const what = kind === 'modified' ? `${kind} ${id}, ${changedText(change)}` : `${kind} ${id}`;
  const all = `eurek8s changes ${app.toLowerCase()} (/eurek8s/changes?app=${encodeURIComponent(app)})`;
  return printable(`the last change of it was at ${at}: ${what}: ${cause.reason}; all of them: ${all}`);
}
