import { RENEWAL_PERCENT_THRESHOLD } from './self-preservation.ts';

/** The time before the first run and between runs: stock's eviction-interval-timer-in-ms. */
export const EVICTION_INTERVAL_MS = 60_000;

/** How many of `size` leases one run may end: 15 %, so that an outage of ours does not empty the registry. */
export function evictionLimit(size: number): number {
  return size - Math.floor(size * RENEWAL_PERCENT_THRESHOLD);
}

/** How late a run is. During that time (a paused process, a clock set forward) heartbeats may not have reached us. */
export function compensationMs(lastRunAt: number | undefined, now: number, intervalMs: number): number {
  return lastRunAt === undefined ? 0 : Math.max(0, now - lastRunAt - intervalMs);
}

/**
 * Picks `count` of the items at random, because otherwise whole applications would go first. `random` returns numbers
 * in [0, 1). It takes as many steps as it picks items, so that a choice from 100,000 silent leases takes no time.
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
