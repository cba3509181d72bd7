import type { ContributionUpdate } from '../../../shared/contribution/contribution.ts';

/**
 * Milliseconds from the legacy's own time stamp of its newest change to now: its cache, our polling, and how far the
 * clocks are apart. `undefined` when the update only removes.
 */
export function lagOf(update: ContributionUpdate, now: number): number | undefined {
  let newest = 0;
  for (const contribution of update.values())
    for (const { lastUpdatedTimestamp } of contribution?.instances ?? [])
      newest = Math.max(newest, lastUpdatedTimestamp);
  return newest === 0 ? undefined : Math.max(0, now - newest);
}
