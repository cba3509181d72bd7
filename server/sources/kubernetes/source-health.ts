import type { SourceHealth } from '../../ports/source.ts';
import type { Remains } from './namespace-parts.ts';
import type { WatchPlan } from './resources.ts';
import type { WatchStatus } from './watch-record.ts';

interface WatchView extends WatchStatus {
  readonly plan: WatchPlan;
  readonly objects: number;
}

interface SourceFacts {
  readonly synced: boolean;
  /** Numbers from the sink: what was derived from the objects. */
  readonly counts: Readonly<Record<string, number>>;
  /** The error that ended the source as a whole. */
  readonly broken: string | undefined;
  /** Those of several namespaces that we may not read. */
  readonly unreadable: ReadonlyMap<string, Remains>;
  readonly now: number;
  readonly staleAfter: number;
}

/** A source is as healthy as its worst watch. An optional watch that is forbidden is noted in the details only. */
export function sourceHealth(watches: readonly WatchView[], facts: SourceFacts): SourceHealth {
  const followed = watches.filter(isFollowed);
  const lost = watches.filter(({ state, objects }) => state === 'absent' && objects > 0);
  const outOfTouch = followed.filter(
    ({ brokenSince }) => brokenSince !== undefined && facts.now - brokenSince > facts.staleAfter,
  );
  const detail: Record<string, string | number | boolean> = { ...facts.counts };
  for (const [name, remains] of facts.unreadable) detail[`namespace ${name}`] = REMAINS[remains];
  for (const watch of watches) detail[watch.name] = describe(watch);
  return {
    state: !facts.synced
      ? 'starting'
      : outOfTouch.length + lost.length > 0 || facts.broken !== undefined
        ? 'stale'
        : 'synced',
    lastSuccessAt: outOfTouch.length > 0 ? earliest(outOfTouch) : latest(watches),
    lastError:
      facts.broken ??
      followed.find(({ lastError }) => lastError !== undefined)?.lastError ??
      lost.map(
        ({ name }) =>
          `${name}: the API server has them no longer; until they are back, or until a restart, they are served as last known`,
      )[0],
    detail,
  };
}

/**
 * The time (epoch milliseconds) up to which all followed watches show the state of the cluster: the oldest of their
 * times.
 */
export function viewAt(watches: readonly WatchStatus[]): number | undefined {
  return earliest(watches.filter(isFollowed));
}

function isFollowed({ state }: WatchStatus): boolean {
  return state !== 'forbidden' && state !== 'absent';
}

const REMAINS: Readonly<Record<Remains, string>> = {
  nothing: 'cannot be read, nothing of it is served',
  'last-known': 'cannot be read, served as last known',
};

function describe({
  state,
  objects,
  lists,
  restarts,
  failures,
  doubts,
  lastEventAt,
  lastError,
  plan,
}: WatchView): string {
  const facts = [
    state,
    ...(state === 'forbidden' && 'without' in plan.need ? [plan.need.without] : []),
    `${objects} objects`,
    `${lists} lists`,
    `${restarts} restarts`,
    `${failures} failures`,
    ...(doubts === 0 ? [] : [`${doubts} doubts`]),
    ...(lastEventAt === undefined ? [] : [`last event ${new Date(lastEventAt).toISOString()}`]),
    ...(lastError === undefined ? [] : [`last error: ${lastError}`]),
  ];
  return facts.join(', ');
}

/** The view is as old as its oldest part; `undefined` when one of them never succeeded. */
function earliest(watches: readonly WatchStatus[]): number | undefined {
  const times = watches.map(({ lastSuccessAt }) => lastSuccessAt);
  return times.reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.min(a, b)));
}

function latest(watches: readonly WatchStatus[]): number | undefined {
  const times = watches.flatMap(({ lastSuccessAt }) => lastSuccessAt ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
