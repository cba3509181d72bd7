import { INSTANCE_STATUSES, type InstanceRecord, type InstanceStatus } from '../model/instance.ts';

export type StatusCounts = Readonly<Record<InstanceStatus, number>>;

export const NO_COUNTS: StatusCounts = { DOWN: 0, OUT_OF_SERVICE: 0, STARTING: 0, UNKNOWN: 0, UP: 0 };

export function countStatuses(instances: Iterable<InstanceRecord>): StatusCounts {
  const counts = { ...NO_COUNTS };
  for (const instance of instances) counts[instance.status]++;
  return counts;
}

/** `a - b + c`, status by status: how the counts of a registry move when one application goes from `b` to `c`. */
export function replaceCounts(a: StatusCounts, b: StatusCounts, c: StatusCounts): StatusCounts {
  const counts = { ...a };
  for (const status of INSTANCE_STATUSES) counts[status] += c[status] - b[status];
  return counts;
}

/**
 * The apps hash code: `DOWN_1_UP_2_`, statuses that occur in alphabetical order, empty for an empty registry. Clients
 * recompute it over all their instances after each delta and fetch everything when it differs.
 */
export function hashCode(counts: StatusCounts): string {
  let text = '';
  for (const status of INSTANCE_STATUSES) if (counts[status] > 0) text += `${status}_${counts[status]}_`;
  return text;
}
