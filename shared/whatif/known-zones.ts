import { zoneOf } from '../registry/template.ts';
import { DEFAULT_ZONE } from '../registry/synthesize.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { byText } from '../model/order.ts';
import { err, ok, type Result } from '../result.ts';
import { didYouMean } from '../text/closest.ts';
import { isSameZone } from './own-zone.ts';

/** Zones that an error names. */
const MAX_TOLD = 20;

/**
 * A zone that something in the registry is in, as it is written there, or what is wrong with it. Callers register, too: a
 * zone that nothing is in is a slip of the pen, and would be answered as one that every caller falls back from.
 */
export function knownZone(
  given: string,
  { applications }: Pick<RegistrySnapshot, 'applications'>,
): Result<string, string> {
  const zones = new Set([DEFAULT_ZONE]);
  for (const { served } of applications)
    for (const record of served) {
      const zone = zoneOf(record);
      if (zone !== undefined) zones.add(zone);
    }
  const known = [...zones].toSorted(byText);
  if (known.includes(given)) return ok(given);
  const found = known.find((zone) => isSameZone(zone, given));
  if (found !== undefined) return ok(found);
  const told = known.slice(0, MAX_TOLD).join(', ');
  const more = known.length > MAX_TOLD ? ` and ${known.length - MAX_TOLD} more` : '';
  const not = given === '' ? '' : `, not ${given}${didYouMean(given, known)}`;
  return err(`zone must be one that something is in: ${told}${more}${not}`);
}
