import type { InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import type { MergedApplication } from './application.ts';

export type ChangeKind = 'added' | 'modified' | 'deleted';

/** A change of one served entry. `record` is its state after the change, or the last state of a deleted entry. */
export interface Change {
  readonly kind: ChangeKind;
  readonly app: AppName;
  readonly record: InstanceRecord;
  /** Epoch milliseconds of the snapshot that has it first. */
  readonly at: number;
  /** The version of that snapshot. */
  readonly version: number;
  /** The delta has it for its time stamps alone: in the window nothing else of it has changed. */
  readonly restamped?: true;
}

/**
 * The differences between two states of one application, by a walk through both sorted lists. The merge keeps the
 * record object of equal content, so that records are compared by identity.
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
      if (was !== undefined && is !== undefined && was !== is)
        changes.push({ kind: 'modified', app, record: is, at, version });
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

/** Deleted instances in the delta of a stock server carry the time of their eviction. */
function evicted(record: InstanceRecord, at: number): InstanceRecord {
  return {
    ...record,
    lastUpdatedTimestamp: at,
    leaseInfo: record.leaseInfo === undefined ? undefined : { ...record.leaseInfo, evictionTimestamp: at },
  };
}
