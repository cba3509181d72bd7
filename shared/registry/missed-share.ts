import { copiesOf, planShare, planWith, shareIn, type SharePlan, type ShareQuestion } from './share-plan.ts';
import { entriesForShare, spreadOver, totalOf } from './traffic.ts';

/** Points: what shows no difference where shares are shown to a tenth. Of tiny shares, a twentieth of them. */
const REACHED_WITHIN = 0.05;
/** The most that the option allows. */
const MAX_ENTRIES = 10_000;
/** More than this cost Ribbon callers in several zones CPU at each call (docs/dial.md); it is what the option is by default. */
const MANY_ENTRIES = 128;
/** From here on all of the calls are asked for instead, in percent: that needs one entry in each zone. */
const NEARLY_ALL = 90;
/** Nobody starts more instances for a finer share. */
const MAX_INSTANCES = 1000;

/** Why a share is not reached, and what would reach it. */
export interface MissedShare {
  /** The nearest shares that can be reached in each zone. */
  readonly zones: readonly NearestShares[];
  /** What would reach the share asked for. Nothing of it: no number of entries does. */
  readonly ways: {
    /** Copies would have to be switched on. */
    readonly copies: boolean;
    /** `maxEntriesPerApp` would have to be so large. */
    readonly maxEntries?: number;
    /** Instead, so many real instances in each zone. */
    readonly instances?: number;
    /** What to ask for instead, where it takes so many entries that each call of a caller pays for them. */
    readonly instead?: 'all' | 'nearest';
  };
}

/** Percentages, to a tenth. */
export interface NearestShares {
  readonly zone: string;
  readonly instances: number;
  readonly below: number;
  /** Absent: the bound allows none. */
  readonly above?: number;
}

/** `undefined` where the share asked for is reached in each zone. */
export function missedShare(question: ShareQuestion): MissedShare | undefined {
  if (isReached(question, planShare(question))) return undefined;
  const withoutCopies = leastEntries({ ...question, copies: false });
  const withCopies = withoutCopies === undefined ? leastEntries({ ...question, copies: true }) : undefined;
  const needed = withoutCopies ?? withCopies ?? 0;
  const instances = leastInstances(question);
  return {
    zones: nearestShares(question),
    ways: {
      copies: !question.copies && withCopies !== undefined,
      ...(needed > question.maxEntries && { maxEntries: needed }),
      ...(instances !== undefined && { instances }),
      ...(needed > Math.max(question.maxEntries, MANY_ENTRIES) && {
        instead: question.percent >= NEARLY_ALL ? ('all' as const) : ('nearest' as const),
      }),
    },
  };
}

function isReached(question: ShareQuestion, plan: SharePlan): boolean {
  return [...question.zones.keys()].every((zone) => isNear(shareIn(zone, question, plan), question.percent));
}

function isNear(share: number, percent: number): boolean {
  return Math.abs(share - percent) <= Math.min(REACHED_WITHIN, percent / 20);
}

/** The entries of the smallest plan that reaches the share. */
function leastEntries(question: ShareQuestion): number | undefined {
  const unbounded = { ...question, maxEntries: MAX_ENTRIES };
  for (let listings = 1; copiesOf(question, listings) <= MAX_ENTRIES; listings++) {
    const plan = planWith(unbounded, listings);
    if (plan.limited) return undefined;
    if (isReached(unbounded, plan)) return totalOf(plan.entries) + copiesOf(question, listings);
    if (!question.copies) return undefined;
  }
  return undefined;
}

/** The number of instances in each zone beside which whole entries reach the share. */
function leastInstances({ zones, percent, maxEntries }: ShareQuestion): number | undefined {
  for (let real = Math.max(...zones.values()) + 1; real <= MAX_INSTANCES; real++) {
    const entries = entriesForShare(real, percent);
    if (entries * zones.size > maxEntries) return undefined;
    if (isNear((100 * entries) / (entries + real), percent)) return real;
  }
  return undefined;
}

/** Without copies: one entry fewer and one more. With copies: the nearest of all numbers of them within the bound. */
function nearestShares(question: ShareQuestion): readonly NearestShares[] {
  const { zones, percent, maxEntries, copies } = question;
  const nearest = new Map<string, { below: number; above: number | undefined }>();
  for (let listings = 1; copiesOf(question, listings) <= maxEntries; listings++) {
    const room = maxEntries - copiesOf(question, listings);
    const exact = [...zones].map(([zone, real]) => [zone, (real * listings * percent) / (100 - percent)] as const);
    const fewer = new Map(exact.map(([zone, entries]) => [zone, Math.floor(entries)]));
    const more = new Map(exact.map(([zone, entries]) => [zone, Math.ceil(entries)]));
    const lower = { entries: totalOf(fewer) > room ? spreadOver(fewer, room) : fewer, listings };
    const upper = totalOf(more) > room ? undefined : { entries: more, listings };
    for (const zone of zones.keys()) {
      const { below, above } = nearest.get(zone) ?? { below: 0, above: undefined };
      nearest.set(zone, {
        below: Math.max(below, shareIn(zone, question, lower)),
        above: upper === undefined ? above : Math.min(above ?? 100, shareIn(zone, question, upper)),
      });
    }
    if (!copies) break;
  }
  return [...zones].map(([zone, instances]) => {
    const { below = 0, above } = nearest.get(zone) ?? {};
    return { zone, instances, below: tenths(below), ...(above !== undefined && { above: tenths(above) }) };
  });
}

function tenths(percent: number): number {
  return Math.round(percent * 10) / 10;
}
