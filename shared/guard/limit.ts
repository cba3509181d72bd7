import type { GuardsConfig } from '../config/config.ts';

/** Checks for the confirmation of a hold in one grace period. */
export const CHECKS_PER_GRACE = 5;

/** Whether the loss of `lost` out of `before` is too large to pass without evidence. */
export function exceedsLimit(lost: number, before: number, { maxRemoval, minInstances }: GuardsConfig): boolean {
  return lost >= minInstances && lost * 100 > maxRemoval * before;
}

/**
 * Milliseconds for which a passed removal counts together with later ones: at least a whole grace period. Many small
 * losses, each below the limit, remove as much as one large loss, and must not pass sooner.
 */
export function countedFor({ window, grace }: GuardsConfig): number {
  return Math.max(window, grace);
}

/** How many elements several collections have together. */
export function totalSize(all: Iterable<{ readonly size: number }>): number {
  let total = 0;
  for (const { size } of all) total += size;
  return total;
}
