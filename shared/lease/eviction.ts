import { RENEWAL_PERCENT_THRESHOLD } from './self-preservation.ts';

/** First after this time, then every time: stock's eviction-interval-timer-in-ms. */
export const EVICTION_INTERVAL_MS = 60_000;

/** At most this many leases may go in one run, 15 % of all, so that an outage of ours does not empty the registry. */
export function evictionLimit(size: number): number {
  return size - Math.floor(size * RENEWAL_PERCENT_THRESHOLD);
}

/** How late a run is: during that time (a paused process, a clock set forward) heartbeats may not have reached us. */
export function compensationMs(lastRunAt: number | undefined, now: number, intervalMs: number): number {
  return lastRunAt === undefined ? 0 : Math.max(0, now - lastRunAt - intervalMs);
}

/**
 * Takes `count` of the items at random, as otherwise whole applications would go first; `random` gives numbers in
 * [0, 1). As many steps as are picked, so that choosing from 100,000 silent leases takes no time.
 */
export function pickAtRandom<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
  const shuffled = [...items];
  const picks = Math.min(count, items.length);
  for (let place = 0; place < picks; place++) {
    const other = place + Math.floor(random() * (items.length - place));
    [shuffled[place], shuffled[other]] = [shuffled[other] as T, shuffled[place] as T];
  }
  return shuffled.slice(0, picks);
}
