import { byText } from '../model/order.ts';

/** Zone → number of synthetic entries. */
export type Allocation = ReadonlyMap<string, number>;

/**
 * The number of entries `k` that brings `k / (k + real)` closest to the share asked for. The smaller of two equally
 * close numbers, because less traffic than asked for is the safer mistake.
 */
export function entriesForShare(real: number, percent: number): number {
  if (percent <= 0) return 0;
  if (percent >= 100 || real === 0) return 1;
  const exact = (real * percent) / (100 - percent);
  const low = Math.floor(exact);
  const high = low + 1;
  return distance(high, real, percent) < distance(low, real, percent) ? high : low;
}

function distance(entries: number, real: number, percent: number): number {
  return Math.abs((100 * entries) / (entries + real) - percent);
}

/** `total` entries spread like the real instances (largest remainder, ties by zone name). */
export function spreadOver(zones: Allocation, total: number): Allocation {
  const names = [...zones.keys()].toSorted(byText);
  const real = names.reduce((sum, zone) => sum + (zones.get(zone) ?? 0), 0);
  if (real === 0) return new Map(names.slice(0, 1).map((zone) => [zone, total]));
  const exact = names.map((zone) => ({ zone, part: (total * (zones.get(zone) ?? 0)) / real }));
  const counts = new Map(exact.map(({ zone, part }) => [zone, Math.floor(part)]));
  let rest = total - [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const { zone } of exact.toSorted((a, b) => (b.part % 1) - (a.part % 1) || byText(a.zone, b.zone))) {
    if (rest === 0) break;
    counts.set(zone, (counts.get(zone) ?? 0) + 1);
    rest--;
  }
  return counts;
}

/** The zone with the most real instances (ties by name): there most callers use a single entry. */
export function busiestZone(zones: Allocation): string | undefined {
  let best: string | undefined;
  for (const zone of [...zones.keys()].toSorted(byText))
    if (best === undefined || (zones.get(zone) ?? 0) > (zones.get(best) ?? 0)) best = zone;
  return best;
}

export function totalOf(allocation: Allocation): number {
  let total = 0;
  for (const count of allocation.values()) total += count;
  return total;
}
