import type { InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import type { MergedApplication } from './application.ts';

export type ChangeKind = 'added' | 'modified' | 'deleted';

/** What happened to one served entry. `record` is the state after it, or the last state of a deleted one. */
export interface Change {
  readonly kind: ChangeKind;
  readonly app: AppName;
  readonly record: InstanceRecord;
  /** Epoch milliseconds of the publication that showed it. */
  readonly at: number;
  /** The version of the registry with it. */
  readonly version: number;
}

/**
 * Differences between two states of one application, by walking both sorted lists. Merge keeps the record object of
 * equal content, so identity is the comparison.
 */
export function diffApplication(
  app: AppName,
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
  at: number,
  version: number,
): readonly Change[] {
  const old = before?.served ?? [];
  const now = after?.served ?? [];
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const was = old[i];
    const is = now[j];
    if (was === undefined && is === undefined) return changes;
    const order = was === undefined ? 1 : is === undefined ? -1 : byText(was.id, is.id);
    if (order === 0) {
      if (is !== undefined && was !== is) changes.push({ kind: 'modified', app, record: is, at, version });
      i++;
      j++;
    } else if (order < 0) {
      if (was !== undefined) changes.push({ kind: 'deleted', app, record: evicted(was, at), at, version });
      i++;
    } else {
      if (is !== undefined) changes.push({ kind: 'added', app, record: is, at, version });
      j++;
    }
  }
}

/** Deleted items of a stock delta carry the time of their eviction. */
function evicted(record: InstanceRecord, at: number): InstanceRecord {
  return {
    ...record,
    lastUpdatedTimestamp: at,
    leaseInfo: record.leaseInfo === undefined ? undefined : { ...record.leaseInfo, evictionTimestamp: at },
  };
}
