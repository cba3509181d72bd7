import { byText } from '../model/order.ts';
import type { Publication } from '../contribution/publication.ts';
import { describeCurrent, type CurrentTraffic } from '../contribution/schedule.ts';
import type { FixedTraffic } from '../contribution/traffic.ts';
import type { Dial } from './application.ts';
import { DEFAULT_ZONE } from './synthesize.ts';
import { copiesOf, planShare, type SharePlan, type ShareQuestion } from './share-plan.ts';
import { busiestZone, spreadOver, totalOf, type Allocation } from './traffic.ts';

/** One entry to make. `index` counts the entries of the same publication, over all zones. */
export interface Slot {
  readonly publication: Publication;
  readonly zone: string;
  readonly index: number;
}

export interface DialResult {
  readonly slots: readonly Slot[];
  readonly dial: Dial;
  /** How often each real instance is to be listed; above 1: by copies of it. */
  readonly listings: number;
  /** Whether the bound on entries cut the allocation. */
  readonly limited: boolean;
}

/**
 * Decides how many entries an application gets, and in which zones. `zones`: the real instances that are UP or
 * STARTING, by zone, or the last known ones when none is left. `realUp`: how many of them callers see now. `current`:
 * the traffic of the first publication, which counts for the application; the same Ingress in further clusters shares its entries.
 */
export function dialTraffic(
  publications: readonly Publication[],
  current: CurrentTraffic,
  zones: Allocation,
  realUp: number,
): DialResult {
  const { fixed: traffic, position } = current;
  const first = publications[0];
  if (first === undefined) throw new Error('a dial without publications');
  const named = namedZones(first, zones);
  const question = shareQuestion(first, traffic, named, realUp);
  const { entries, listings, limited } =
    question === undefined
      ? withinBound(allocate(publications, traffic, named, realUp), first.maxEntries)
      : planShare(question);
  const slots = numbered(deal(weighedRecipients(publications, traffic, realUp), entries));
  const called = slots.filter(({ publication }) => publication.status === 'UP').length;
  const beside = traffic.kind === 'share' && traffic.percent >= 100 ? 0 : realUp;
  const achieved = called > 0 ? (100 * called) / (called + beside * listings) : 0;
  return {
    slots,
    limited,
    listings,
    dial: {
      asked: describeCurrent(current),
      ...(position === undefined ? {} : { schedule: position }),
      entries: slots.length,
      realUp: beside,
      copies: question === undefined ? 0 : copiesOf(question, listings),
      achievedPercent: Math.round(achieved * 10) / 10,
      question,
    },
  };
}

/** The share to plan, where there is one between nothing and everything, and instances beside it. */
function shareQuestion(
  { maxEntries, copies }: Publication,
  traffic: FixedTraffic,
  zones: Allocation,
  realUp: number,
): ShareQuestion | undefined {
  if (realUp === 0 || traffic.kind !== 'share' || traffic.percent <= 0 || traffic.percent >= 100) return undefined;
  return { zones, percent: traffic.percent, maxEntries, copies: copies === true };
}

function withinBound(wanted: Allocation, maxEntries: number): SharePlan {
  const limited = totalOf(wanted) > maxEntries;
  return { entries: limited ? spreadOver(wanted, maxEntries) : wanted, listings: 1, limited };
}

/** The entries by zone where no share is to be planned. */
function allocate(
  publications: readonly Publication[],
  traffic: FixedTraffic,
  zones: Allocation,
  realUp: number,
): Allocation {
  const home = busiestZone(zones) ?? DEFAULT_ZONE;
  const alone = realUp === 0;
  switch (traffic.kind) {
    case 'single':
      return new Map([[home, publications.length]]);
    case 'ready': {
      if (alone) return new Map([[home, publications.length]]);
      return spreadOver(
        zones,
        upOrAll(publications).reduce((sum, each) => sum + weightOf(each, traffic), 0),
      );
    }
    case 'share': {
      if (traffic.percent === 0) return new Map();
      if (alone) return new Map([[home, publications.length]]);
      // Even all traffic gets an entry in every zone, so that no zone filter finds an empty zone.
      return new Map([...zones.keys()].map((zone) => [zone, 1]));
    }
    default: {
      const never: never = traffic;
      return never;
    }
  }
}

/** The zone of an annotation replaces those of the twins. Instances without a zone count as in the default zone. */
function namedZones(first: Publication, zones: Allocation): Allocation {
  const named = new Map<string, number>();
  for (const [zone, count] of zones) {
    const name = first.overrides.zone ?? (zone === '' ? DEFAULT_ZONE : zone);
    named.set(name, (named.get(name) ?? 0) + count);
  }
  if (named.size === 0) named.set(first.overrides.zone ?? DEFAULT_ZONE, 0);
  return named;
}

/** Those that are UP, or all when none is. */
function upOrAll(publications: readonly Publication[]): readonly Publication[] {
  const up = publications.filter((publication) => publication.status === 'UP');
  return up.length > 0 ? up : publications;
}

/** With `ready` each ready Pod counts; otherwise each cluster does. */
function weightOf({ readyEndpoints }: Publication, traffic: FixedTraffic): number {
  return traffic.kind === 'ready' ? Math.max(1, readyEndpoints) : 1;
}

/** A publication that gets entries, and how many it gets for each one of a publication of weight 1. */
interface Recipient {
  readonly publication: Publication;
  readonly weight: number;
}

/**
 * Where no share is asked for, each cluster has its own entry, UP or DOWN: no cluster replaces another. Shares and ready
 * endpoints go to the clusters that can serve them.
 */
function weighedRecipients(
  publications: readonly Publication[],
  traffic: FixedTraffic,
  realUp: number,
): readonly Recipient[] {
  if (traffic.kind === 'single' || realUp === 0) return publications.map((publication) => ({ publication, weight: 1 }));
  return upOrAll(publications).map((publication) => ({ publication, weight: weightOf(publication, traffic) }));
}

/** Deals the slots of each zone, one by one, to the publication that has the fewest for its weight. */
function deal(recipients: readonly Recipient[], allocation: Allocation): readonly Omit<Slot, 'index'>[] {
  const counts = recipients.map((recipient) => ({ ...recipient, dealt: 0 }));
  const slots: Omit<Slot, 'index'>[] = [];
  for (const zone of [...allocation.keys()].toSorted(byText)) {
    for (let i = 0; i < (allocation.get(zone) ?? 0); i++) {
      const recipient = counts.reduce((least, each) =>
        (each.dealt + 1) / each.weight < (least.dealt + 1) / least.weight ? each : least,
      );
      slots.push({ publication: recipient.publication, zone });
      recipient.dealt++;
    }
  }
  return slots;
}

/**
 * Indexes go round the zones: the first of each zone, then the second of each. So the entries that a higher share adds
 * have the last indexes, and the others keep their zones as long as the zones are the same.
 */
function numbered(slots: readonly Omit<Slot, 'index'>[]): readonly Slot[] {
  const inZone = new Map<Publication, Map<string, number>>();
  const rounds = slots.map((slot) => {
    const zones = inZone.get(slot.publication) ?? new Map<string, number>();
    const round = zones.get(slot.zone) ?? 0;
    inZone.set(slot.publication, zones.set(slot.zone, round + 1));
    return { slot, round };
  });
  const next = new Map<Publication, number>();
  return rounds
    .toSorted((a, b) => a.round - b.round || byText(a.slot.zone, b.slot.zone))
    .map(({ slot }) => {
      const index = next.get(slot.publication) ?? 0;
      next.set(slot.publication, index + 1);
      return { ...slot, index };
    });
}
