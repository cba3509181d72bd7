import { byText } from '../model/order.ts';
import type { Publication } from '../contribution/publication.ts';
import { describeTraffic } from '../contribution/traffic.ts';
import type { Dial } from './application.ts';
import { DEFAULT_ZONE } from './synthesize.ts';
import { allocateShare, busiestZone, spreadOver, totalOf, type Allocation } from './traffic.ts';

/** One entry to make: which publication, in which zone, with which index within (publication, zone). */
export interface Slot {
  readonly publication: Publication;
  readonly zone: string;
  readonly index: number;
}

export interface DialResult {
  readonly slots: readonly Slot[];
  readonly dial: Dial;
  /** Whether the bound on entries cut the allocation. */
  readonly limited: boolean;
}

/**
 * How many entries, and where. `zones`: real UP instances by zone, or the last known ones when none is left; `realUp`
 * how many of them are UP now. The first publication's dial speaks for the application; the same Ingress in further
 * clusters shares its entries.
 */
export function dialTraffic(publications: readonly Publication[], zones: Allocation, realUp: number): DialResult {
  const first = publications[0];
  if (first === undefined) throw new Error('a dial without publications');
  const wanted = allocate(publications, first, namedZones(first, zones), realUp);
  const limited = totalOf(wanted) > first.maxEntries;
  const allocation = limited ? spreadOver(wanted, first.maxEntries) : wanted;
  const slots = deal(publications, allocation);
  const live = slots.length > 0 ? (100 * slots.length) / (slots.length + realUp) : 0;
  const hidesLegacy = first.traffic.kind === 'share' && first.traffic.percent >= 100;
  return {
    slots,
    limited,
    dial: {
      asked: describeTraffic(first.traffic),
      entries: slots.length,
      realUp,
      achievedPercent: hidesLegacy ? 100 : Math.round(live * 10) / 10,
    },
  };
}

function allocate(
  publications: readonly Publication[],
  first: Publication,
  zones: Allocation,
  realUp: number,
): Allocation {
  const home = busiestZone(zones) ?? DEFAULT_ZONE;
  const alone = realUp === 0;
  switch (first.traffic.kind) {
    case 'single':
      return new Map([[home, publications.length]]);
    case 'ready': {
      if (alone) return new Map([[home, publications.length]]);
      const ready = publications.reduce((sum, each) => sum + Math.max(1, each.readyEndpoints), 0);
      return spreadOver(zones, ready);
    }
    case 'share': {
      if (first.traffic.percent === 0) return new Map();
      if (alone) return new Map([[home, publications.length]]);
      // All traffic: an entry in every zone, so that no zone filter is left with nothing.
      return allocateShare(zones, first.traffic.percent);
    }
    default: {
      const never: never = first.traffic;
      return never;
    }
  }
}

/** An annotation's zone beats the twins'; instances without a zone count to the default one. */
function namedZones(first: Publication, zones: Allocation): Allocation {
  const named = new Map<string, number>();
  for (const [zone, count] of zones) {
    const name = first.overrides.zone ?? (zone === '' ? DEFAULT_ZONE : zone);
    named.set(name, (named.get(name) ?? 0) + count);
  }
  if (named.size === 0) named.set(first.overrides.zone ?? DEFAULT_ZONE, 0);
  return named;
}

/** Deals the slots of each zone over the publications that are UP, or over all when none is. */
function deal(publications: readonly Publication[], allocation: Allocation): readonly Slot[] {
  const up = publications.filter((publication) => publication.status === 'UP');
  const dealt = up.length > 0 ? up : publications;
  const slots: Slot[] = [];
  let turn = 0;
  for (const zone of [...allocation.keys()].toSorted(byText)) {
    const next = new Map<Publication, number>();
    for (let i = 0; i < (allocation.get(zone) ?? 0); i++) {
      const publication = dealt[turn++ % dealt.length];
      if (publication === undefined) continue;
      const index = next.get(publication) ?? 0;
      next.set(publication, index + 1);
      slots.push({ publication, zone, index });
    }
  }
  return slots;
}
