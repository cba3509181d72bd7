import type { ShownInstance } from '../eureka-rest.ts';
import type { Caller, CallerKind } from './dial-callers.ts';
import { Tally } from '../../testbed/tally.ts';
import { hostOf, isOfKubernetes } from './dial-scene.ts';

/** The calls of one caller. */
export interface CallCounts {
  readonly calls: number;
  readonly kubernetes: number;
  /** What the failed calls say, and how often. */
  readonly failures: Tally;
}

export const NO_CALLS: CallCounts = { calls: 0, kubernetes: 0, failures: new Tally() };

export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}

/** `2 of 900` failed. */
export function ofCalls(counts: CallCounts = NO_CALLS): string {
  return `${counts.failures.total} of ${counts.calls}`;
}

export function failedPercent({ failures, calls }: CallCounts): number {
  return percentOf(failures.total, calls);
}

/** Calls the service, so many at a time, as long as `goesOn` says so of the number of calls so far. */
export async function callWhile(
  caller: Pick<Caller, 'once'>,
  service: string,
  atOnce: number,
  goesOn: (calls: number) => boolean,
): Promise<CallCounts> {
  let [calls, kubernetes] = [0, 0];
  const failures = new Tally();
  const worker = async (): Promise<void> => {
    while (goesOn(calls)) {
      calls += 1;
      try {
        if ((await caller.once(service)).startsWith(hostOf(service))) kubernetes += 1;
      } catch (error) {
        failures.add(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { calls, kubernetes, failures };
}

/** Of the entries that a caller chooses among: how many there are of Kubernetes, and the share that they are. */
export interface EntryShare {
  readonly kubernetes: number;
  readonly registered: number;
  readonly percent: number;
  /** The shares of the zones, where the caller may leave out zones. */
  readonly lowest: number;
  readonly highest: number;
}

/**
 * A caller with a zone keeps to its entries while there are any. Ribbon without one takes all, but with several calls under
 * way it leaves out the zone that has the most for each server, now and then: then it sees the share of the others.
 */
export function entryShare(
  entries: readonly ShownInstance[],
  { zone, leavesOutZones }: Pick<CallerKind, 'zone' | 'leavesOutZones'>,
  atOnce: number,
): EntryShare {
  const up = entries.filter(({ status }) => status === 'UP');
  const own = up.filter(({ metadata }) => metadata['zone'] === zone);
  const chosen = zone === undefined || own.length === 0 ? up : own;
  const all = shareOf(chosen);
  const zones = Object.values(Object.groupBy(chosen, ({ metadata }) => metadata['zone'] ?? ''));
  const shares = leavesOutZones && atOnce > 1 ? zones.map((part) => shareOf(part ?? [])) : [all];
  return {
    kubernetes: chosen.filter(isOfKubernetes).length,
    registered: chosen.filter((entry) => !isOfKubernetes(entry)).length,
    percent: all,
    lowest: Math.min(...shares),
    highest: Math.max(...shares),
  };
}

function shareOf(entries: readonly ShownInstance[]): number {
  return percentOf(entries.filter(isOfKubernetes).length, entries.length);
}

/** Whether the share of the calls is at most so many points from what the entries say. */
export function isAchieved(achieved: number, { lowest, highest }: EntryShare, tolerance: number): boolean {
  return achieved >= lowest - tolerance && achieved <= highest + tolerance;
}

/** `25%`, or where zones count `20% (by zone 0% to 25%)`. */
export function shareText({ percent, lowest, highest }: EntryShare): string {
  return lowest === highest ? `${percent}%` : `${percent}% (by zone ${lowest}% to ${highest}%)`;
}
