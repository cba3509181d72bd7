import { applicationsByAddress, applicationsLookedUp, applicationsOf, type Caller } from '../census/caller.ts';
import { appName } from '../model/names.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import type { Steps } from '../time-slice.ts';
import type { Mapping } from './target.ts';

/** The mapping of what one caller calls, and what is known of that. */
export interface CallerMapping extends Mapping {
  readonly notes: readonly string[];
}

/** `caller`: an application, or an address. `'unseen'`: it has asked nothing. */
export function* mappingFor(
  caller: string,
  mapping: Mapping,
  callers: readonly Caller[],
  snapshot: RegistrySnapshot,
): Steps<CallerMapping | 'unseen'> {
  const at = yield* applicationsByAddress(snapshot);
  const name = appName(caller);
  const seen = callers.filter((each) => each.address === caller || applicationsOf(each, at).includes(name));
  if (seen.length === 0) return 'unseen';
  // A client that reads all instances of the registry looks nothing up, and calls whatever it likes.
  if (seen.some(({ reads }) => reads.full + reads.delta > 0))
    return {
      ...mapping,
      notes: [`${name} reads the whole registry, so what it calls is not known: this is all of it`],
    };
  const wanted = new Set<string>();
  for (const { lookups } of seen) {
    for (const lookup of lookups.values()) for (const app of applicationsLookedUp(lookup, snapshot)) wanted.add(app);
    yield;
  }
  const concerns = ({ app }: { readonly app: string }): boolean => wanted.has(app);
  return {
    targets: mapping.targets.filter(concerns),
    leftOut: mapping.leftOut.filter(concerns),
    notes: [`what ${name} has looked up`],
  };
}
