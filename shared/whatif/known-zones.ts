import { DEFAULT_ZONE } from '../registry/synthesize.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { zoneOf } from '../registry/template.ts';
import { byText } from '../model/order.ts';
import { didYouMean } from '../text/closest.ts';
import { isSameZone } from './own-zone.ts';

/** The zone of a caller. */
export interface CallerZone {
  /** As the registry writes it, where it does. */
  readonly zone: string;
  readonly notes: readonly string[];
}

/**
 * A zone that nothing in the registry is in may be a slip of the pen, which a note tells: the answer alone would not, as
 * every caller falls back from there. It may as well be a new zone, or one of a caller that does not register.
 */
export function callerZone(given: string, { applications }: Pick<RegistrySnapshot, 'applications'>): CallerZone {
  const known = new Set([DEFAULT_ZONE]);
  for (const { served, hidden } of applications) {
    for (const record of served) known.add(zoneOf(record) ?? DEFAULT_ZONE);
    for (const { record } of hidden) known.add(zoneOf(record) ?? DEFAULT_ZONE);
  }
  if (known.has(given)) return { zone: given, notes: [] };
  const sorted = [...known].toSorted(byText);
  const found = sorted.find((zone) => isSameZone(zone, given));
  if (found !== undefined) return { zone: found, notes: [] };
  const meant = didYouMean(
    given,
    sorted.filter((zone) => !isSibling(zone, given)),
  );
  return { zone: given, notes: [`nothing in the registry is in zone ${given}${meant}`] };
}

/** The zones of one region differ in their last letter: such a one is new rather than mistyped. */
function isSibling(one: string, other: string): boolean {
  return one.length === other.length && isSameZone(one.slice(0, -1), other.slice(0, -1));
}
