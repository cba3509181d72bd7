import { lengthOf } from '../api/changes.ts';
import { foldPast, type FoldedChange } from '../api/folded-changes.ts';
import type { Moment } from '../history/moment.ts';
import type { Steps } from '../time-slice.ts';

/** Moments that are looked through for the changes of one application: an hour of ten changes a second. */
const MAX_SEARCHED = 36_000;
/** Characters after which no more changes are looked for: a page has all of them twice, as text and as data. */
const MAX_LENGTH = 256 * 1024;

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

/** `newestFirst`: the moments that are remembered. A step for each that is looked at, and for each of its changes. */
export function* recentChanges(
  newestFirst: Iterable<Moment>,
  { limit, app, before }: RecentQuestion,
  maxLength = MAX_LENGTH,
): Steps<Recent> {
  const changes: FoldedChange[] = [];
  let searched = 0;
  let length = 0;
  let last: number | undefined;
  // A copy: between two steps moments are added, and the oldest dropped.
  for (const moment of Array.from(newestFirst)) {
    yield;
    if (before !== undefined && moment.version >= before) continue;
    const wanted = app === undefined ? moment.changes : moment.changes.filter((each) => each.app === app);
    if (wanted.length === 0 && searched++ < MAX_SEARCHED) continue;
    if (searched > MAX_SEARCHED || changes.length >= limit || length > maxLength) return { changes, older: last };
    for (const change of yield* foldPast(wanted, limit)) {
      changes.push(change);
      length += lengthOf(change);
    }
    last = moment.version;
  }
  return { changes, older: undefined };
}
