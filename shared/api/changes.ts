import type { Cause } from '../history/cause.ts';
import type { Moment, PastChange } from '../history/moment.ts';
import type { ChangedField } from '../model/changed-fields.ts';
import type { AppName } from '../model/names.ts';
import type { ChangeKind } from '../registry/diff.ts';
import { time } from '../text/printable.ts';
import type { Steps } from '../time-slice.ts';
import { NO_FIELDS, reportedFields } from './reported-fields.ts';

/**
 * Characters after which a report ends with the version that it is at. Ten thousand ordinary changes have 5 million, but
 * each may have tens of thousands.
 */
const MAX_LENGTH = 8 * 1024 * 1024;

/** One change in `GET /eurek8s/changes`. */
export interface ChangeReport {
  /** RFC 3339. */
  readonly at: string | undefined;
  readonly version: number;
  readonly app: string;
  readonly id: string;
  readonly kind: ChangeKind;
  /** The status after the change; of a deleted entry its last. */
  readonly status: string;
  /** Of a modified entry: `status`, `metadata.version`. Of many the first. */
  readonly fields: readonly string[];
  /** The values of these fields. */
  readonly values: readonly ChangedField[];
  /** Where not all changed fields are among these: how many more there are. */
  readonly moreFields?: number;
  readonly cause: Cause;
}

/** `GET /eurek8s/changes`. Oldest first. */
export interface ChangesReport {
  readonly changes: readonly ChangeReport[];
  /** RFC 3339. Everything since then is known. */
  readonly oldest: string | undefined;
  /** There are newer ones: ask again with `since` the version of the last one. */
  readonly more?: true;
  /** Of a `since` that is a version of another process: that something may be missing before these changes. */
  readonly gap?: string;
  /** Of an application that neither the registry nor the past knows: what may have been meant. */
  readonly unknown?: string;
}

/** What is asked for. `after`: changes of later versions; `from`: changes from this time on, in epoch milliseconds. */
export interface ChangesQuestion {
  readonly after: number | undefined;
  readonly from: number | undefined;
  readonly app: AppName | undefined;
  readonly limit: number;
}

/**
 * Versions are those of one process: of a version that it has not come to it does not know what came after it. `newest`:
 * the version of the snapshot.
 */
export function gapBefore(after: number | undefined, newest: number | undefined): string | undefined {
  if (after === undefined || newest === undefined || after <= newest) return undefined;
  return (
    `this server has not come to version ${after}, its newest is ${newest}: that one is of another server, or of before ` +
    'a restart, and what came since then may be missing here; these are all the changes that are known'
  );
}

/**
 * The first changes after what `since` names, or the last ones when nothing is named; `maxLength`: of all of them, in
 * characters. A version is never cut in two, so that the version of the last change is where to go on. In steps of one
 * change: to compare what ten thousand were and became takes long. `moments` are looked at in the first step alone.
 */
export function* reportChanges(
  moments: Iterable<Moment>,
  since: number | undefined,
  question: ChangesQuestion,
  maxLength = MAX_LENGTH,
): Steps<ChangesReport> {
  const oldest = since === undefined ? undefined : time(since);
  const forwards = question.after !== undefined || question.from !== undefined;
  const { groups, more } = wantedGroups(moments, question, forwards);
  const reports: (readonly ChangeReport[])[] = [];
  let length = 0;
  for (const group of forwards ? groups : groups.toReversed()) {
    if (length > maxLength) break;
    const changes: ChangeReport[] = [];
    for (const change of group) {
      const report = reportChange(change);
      changes.push(report);
      length += lengthOf(report);
      yield;
    }
    reports.push(changes);
  }
  const isCut = more || (forwards && reports.length < groups.length);
  return { changes: (forwards ? reports : reports.toReversed()).flat(), oldest, ...(isCut && { more: true }) };
}

/** By version, as many as the limit lets pass. `more`: newer ones follow. */
function wantedGroups(
  moments: Iterable<Moment>,
  { after, from, app, limit }: ChangesQuestion,
  forwards: boolean,
): { readonly groups: readonly (readonly PastChange[])[]; readonly more: boolean } {
  const groups: (readonly PastChange[])[] = [];
  let count = 0;
  for (const { version, at, changes } of moments) {
    if ((after !== undefined && version <= after) || (from !== undefined && at < from)) continue;
    const wanted = app === undefined ? changes : changes.filter((each) => each.app === app);
    if (wanted.length === 0) continue;
    if (forwards && count > 0 && count + wanted.length > limit) return { groups, more: true };
    groups.push(wanted);
    count += wanted.length;
    while (!forwards && groups.length > 1 && count - (groups[0]?.length ?? 0) >= limit)
      count -= groups.shift()?.length ?? 0;
  }
  return { groups, more: false };
}

/** In JSON, which is the longest form of a report. */
export function lengthOf(report: ChangeReport): number {
  return JSON.stringify(report).length;
}

export function reportChange({ at, version, app, entry, cause }: PastChange): ChangeReport {
  const { values, moreFields } = entry.kind === 'modified' ? reportedFields(entry.before, entry.after) : NO_FIELDS;
  return {
    at: time(at),
    version,
    app,
    id: entry.id,
    kind: entry.kind,
    status: entry.kind === 'deleted' ? entry.entry.record.status : entry.status,
    fields: values.map(({ field }) => field),
    values,
    ...(moreFields > 0 && { moreFields }),
    cause,
  };
}
