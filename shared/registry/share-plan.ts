import { byText } from '../model/order.ts';
import { entriesForShare, totalOf, type Allocation } from './traffic.ts';

/** A share beside real instances, and what it may take. */
export interface ShareQuestion {
  /** Zone → real instances. */
  readonly zones: Allocation;
  /** Above 0, below 100. */
  readonly percent: number;
  /** Largest number of synthetic entries, copies included. */
  readonly maxEntries: number;
  readonly copies: boolean;
}

/** Points: what rounding makes of equal shares. */
const EQUALLY_NEAR = 1e-9;

/** How a share is reached. */
export interface SharePlan {
  /** Zone → entries from Kubernetes. */
  readonly entries: Allocation;
  /** How often each real instance is in the list: once by itself, and further times as a copy. */
  readonly listings: number;
  /** Whether the share takes more entries than are allowed. */
  readonly limited: boolean;
}

/**
 * The plan whose shares are nearest to the one asked for, and of equally near ones the plan with the fewest entries. Each
 * zone is to have the share by itself, because callers that filter by zone see only theirs. All instances are listed
 * equally often, in whatever zone: callers that do not filter by zone would call the others less than before.
 */
export function planShare(question: ShareQuestion): SharePlan {
  let best = planWith(question, 1);
  let least = missOf(question, best);
  let plan = best;
  // Where the bound leaves Kubernetes fewer entries than wanted, further copies would leave it even fewer.
  while (question.copies && !plan.limited && least > 0) {
    const listings = plan.listings + 1;
    if (copiesOf(question, listings) > question.maxEntries) break;
    plan = planWith(question, listings);
    const miss = missOf(question, plan);
    if (miss < least - EQUALLY_NEAR) [best, least] = [plan, miss];
  }
  return best;
}

/** The nearest plan with this number of listings. */
export function planWith(question: ShareQuestion, listings: number): SharePlan {
  const { zones, percent, maxEntries } = question;
  const wanted = new Map([...zones].map(([zone, real]) => [zone, entriesForShare(real * listings, percent)]));
  const room = maxEntries - copiesOf({ zones }, listings);
  const limited = totalOf(wanted) > room;
  return { entries: limited ? cut(question, listings, room) : wanted, listings, limited };
}

/**
 * `total` entries, fewer than wanted: one after the other goes where it brings most, of equal zones to the first by name.
 * Each further entry of a zone brings less than the one before, so nothing is better than this.
 */
function cut({ zones, percent }: ShareQuestion, listings: number, total: number): Allocation {
  const waiting = [...zones].toSorted(([a], [b]) => byText(a, b)).map(([zone, real]) => ({ zone, real, entries: 0 }));
  const missWith = (real: number, entries: number): number =>
    real * Math.abs((100 * entries) / (entries + real * listings) - percent);
  const gain = ({ real, entries }: { readonly real: number; readonly entries: number }): number =>
    missWith(real, entries) - missWith(real, entries + 1);
  for (let i = 0; i < total; i++) {
    const next = waiting.reduce((best, each) => (gain(each) > gain(best) + EQUALLY_NEAR ? each : best));
    next.entries += 1;
  }
  return new Map(waiting.map(({ zone, entries }) => [zone, entries]));
}

/** The number of copies of all instances. */
export function copiesOf({ zones }: Pick<ShareQuestion, 'zones'>, listings: number): number {
  return (listings - 1) * totalOf(zones);
}

/** The share of a zone, in percent. */
export function shareIn(
  zone: string,
  { zones }: Pick<ShareQuestion, 'zones'>,
  plan: Pick<SharePlan, 'entries' | 'listings'>,
): number {
  const entries = plan.entries.get(zone) ?? 0;
  return (100 * entries) / (entries + (zones.get(zone) ?? 0) * plan.listings);
}

/**
 * How far the shares of the zones are from the one asked for: the mean over the real instances, in points, since that is
 * how callers are spread over zones.
 */
export function missOf(question: ShareQuestion, plan: SharePlan): number {
  let miss = 0;
  for (const [zone, real] of question.zones) miss += real * Math.abs(shareIn(zone, question, plan) - question.percent);
  return miss / totalOf(question.zones);
}
