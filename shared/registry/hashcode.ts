import { INSTANCE_STATUSES, type InstanceRecord, type InstanceStatus } from '../model/instance.ts';

export type StatusCounts = Readonly<Record<InstanceStatus, number>>;

export const NO_COUNTS: StatusCounts = { DOWN: 0, OUT_OF_SERVICE: 0, STARTING: 0, UNKNOWN: 0, UP: 0 };

export function countStatuses(instances: Iterable<InstanceRecord>): StatusCounts {
  const counts = { ...NO_COUNTS };
  for (const instance of instances) counts[instance.status]++;
  return counts;
}

/** The counts of a registry after those of one application in it went from `before` to `after`. */
export function replaceCounts(total: StatusCounts, before: StatusCounts, after: StatusCounts): StatusCounts {
  const counts = { ...total };
  for (const status of INSTANCE_STATUSES) counts[status] += after[status] - before[status];
  return counts;
}

/**
 * The apps hash code, `DOWN_1_UP_2_`: the statuses that occur, in alphabetical order. It is empty for an empty
 * registry. Clients compute it over all their instances after each delta, and fetch everything when it differs.
 */
export function hashCode(counts: StatusCounts): string {
  let text = '';
  for (const status of INSTANCE_STATUSES) if (counts[status] > 0) text += `${status}_${counts[status]}_`;
  return text;
}

/**
 * How many instances a hash code counts. `undefined` when it has another form, as those of some products do: it says
 * nothing then. Statuses may be any, in any order.
 */
export function countedIn(text: string): number | undefined {
  if (!COUNTS.test(text)) return undefined;
  return [...text.matchAll(COUNT)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const COUNTS = /^(?:[A-Z]+(?:_[A-Z]+)*_\d{1,9}_)*$/;
const COUNT = /_(\d+)_/g;
