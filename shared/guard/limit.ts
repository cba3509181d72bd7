import type { GuardsConfig } from '../config/config.ts';

/** Whether `lost` out of `before` are more than may go without evidence. */
export function exceedsLimit(lost: number, before: number, { maxRemoval, minInstances }: GuardsConfig): boolean {
  return lost >= minInstances && lost * 100 > maxRemoval * before;
}

/**
 * Milliseconds for which what has passed still counts beside what is lost now. A whole grace period: many small losses, each
 * below the limit, take away as much as one large loss, and must not go sooner.
 */
export function countedFor({ window, grace }: GuardsConfig): number {
  return Math.max(window, grace);
}
