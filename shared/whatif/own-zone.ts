/** What a caller that keeps to its zone takes of a list. */
export interface KeptToZone<T> {
  readonly kept: readonly T[];
  readonly left: readonly T[];
  /** Its zone has nothing, so it takes all. */
  readonly fallsBack: boolean;
}

/**
 * The rule of Spring's ZonePreferenceServerListFilter for Ribbon, and of the ZonePreferenceServiceInstanceListSupplier of
 * Spring Cloud LoadBalancer: those of its own zone while there are any, whatever the case of letters, else all. Ribbon's
 * own ZoneAffinityServerListFilter, which the first one asks before, wants two servers in the zone; where it takes all,
 * the preference takes those of the zone all the same. `zone` is `undefined` of a caller that keeps to none.
 */
export function keepToZone<T>(
  entries: readonly T[],
  zone: string | undefined,
  zoneOf: (entry: T) => string | undefined,
): KeptToZone<T> {
  if (zone === undefined) return { kept: entries, left: [], fallsBack: false };
  const isOwn = (entry: T): boolean => isSameZone(zoneOf(entry), zone);
  const own = entries.filter(isOwn);
  return own.length === 0
    ? { kept: entries, left: [], fallsBack: entries.length > 0 }
    : { kept: own, left: entries.filter((entry) => !isOwn(entry)), fallsBack: false };
}

export function isSameZone(one: string | undefined, other: string | undefined): boolean {
  return one?.toUpperCase() === other?.toUpperCase();
}
