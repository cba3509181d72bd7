import { foldPast, type FoldedChange } from '../api/folded-changes.ts';
import type { Moment } from '../history/moment.ts';

/** Moments that are looked through for the changes of one application: an hour of ten changes a second. */
const MAX_SEARCHED = 36_000;

export interface RecentQuestion {
  readonly limit: number;
  readonly app: string | undefined;
  /** Only changes before this version. */
  readonly before: number | undefined;
}

/** The last changes, newest first. `older`: the version before which there are more. */
export interface Recent {
  readonly changes: readonly FoldedChange[];
  readonly older: number | undefined;
}

/** `newestFirst`: the moments that are remembered. */
export function recentChanges(newestFirst: Iterable<Moment>, { limit, app, before }: RecentQuestion): Recent {
  const changes: FoldedChange[] = [];
  let searched = 0;
  let last: number | undefined;
  for (const moment of newestFirst) {
    if (before !== undefined && moment.version >= before) continue;
    const wanted = app === undefined ? moment.changes : moment.changes.filter((each) => each.app === app);
    if (wanted.length === 0 && searched++ < MAX_SEARCHED) continue;
    if (searched > MAX_SEARCHED || changes.length >= limit) return { changes, older: last };
    changes.push(...foldPast(wanted, limit));
    last = moment.version;
  }
  return { changes, older: undefined };
}
