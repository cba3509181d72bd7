import type { Change } from '../registry/diff.ts';
import { DELTA_WINDOW } from '../registry/delta-window.ts';
import type { ExplainedEntry } from './explained-entry.ts';
import { byText } from '../model/order.ts';
import { age, counted, time } from '../text/printable.ts';

/** A change reaches a caller with its next poll, and the load balancer within it after that. Both are the defaults. */
const POLL_MS = 30_000;
const BALANCER_MS = 30_000;

/** Entries of ours from which on a call costs Ribbon about 3 ms of CPU where they are in several zones (docs/dial.md). */
const MANY_ENTRIES = 100;

/** The UP entries that callers in one zone choose among, if they keep to their own zone. */
export interface ZoneShare {
  /** Absent for entries without a zone. */
  readonly zone: string | undefined;
  readonly up: number;
  readonly kubernetes: number;
  /** The share of the calls, from 0 to 100. */
  readonly kubernetesPercent: number;
}

/** What callers see, and when at the latest they see the last change. */
export interface CallerView {
  readonly summary: string;
  readonly zones: readonly ZoneShare[];
  /** Which callers do not use the entries from Kubernetes, and what would change that. */
  readonly hints: readonly string[];
  readonly timing: string;
  /** RFC 3339. Absent when nothing changed within the window of the delta. */
  readonly lastChange: string | undefined;
  readonly reachedBy: string | undefined;
}

/**
 * `asked`: the setting of the traffic dial. `recent`: the last changes of this application. `now` in epoch
 * milliseconds.
 */
export function callerView(
  served: readonly ExplainedEntry[],
  asked: string | undefined,
  recent: readonly Pick<Change, 'app' | 'at'>[],
  now: number,
): CallerView {
  const up = served.filter(({ status }) => status === 'UP');
  const zones = zoneShares(up);
  const lastChangeAt = recent.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const changed = Number.isFinite(lastChangeAt);
  return {
    summary: summaryOf(up),
    zones,
    hints: [...zoneHints(zones, asked), ...copyHints(up), ...costHints(up, zones)],
    timing: timingOf(changed ? lastChangeAt : undefined, now),
    lastChange: changed ? time(lastChangeAt) : undefined,
    reachedBy: changed ? time(lastChangeAt + POLL_MS + BALANCER_MS) : undefined,
  };
}

/** Of a moment of the past: the time by which callers had it, and no countdown. */
export function pastCallerView(view: CallerView): CallerView {
  const { lastChange, reachedBy } = view;
  if (lastChange === undefined || reachedBy === undefined)
    return { ...view, timing: `nothing of it had changed in the ${age(DELTA_WINDOW.leastMs)} before` };
  return { ...view, timing: `the last change before was at ${lastChange}: callers had it by ${reachedBy}, by default` };
}

function summaryOf(up: readonly ExplainedEntry[]): string {
  if (up.length === 0) return 'callers find no UP entry: they have nobody to call';
  const kubernetes = up.filter(({ world }) => world === 'kubernetes').length;
  const copies = up.filter(({ copyOf }) => copyOf !== undefined).length;
  return (
    `callers choose among ${counted(up.length, 'UP entry', 'UP entries')}: ` +
    `${up.length - kubernetes - copies} registered, ${copies === 0 ? '' : `${counted(copies, 'copy', 'copies')} of these, `}` +
    `${kubernetes} from Kubernetes (${percent(kubernetes, up.length)}% of the calls)`
  );
}

function zoneShares(up: readonly ExplainedEntry[]): readonly ZoneShare[] {
  const zones = new Map<string, { up: number; kubernetes: number }>();
  for (const { zone = '', world } of up) {
    const counts = zones.get(zone) ?? { up: 0, kubernetes: 0 };
    counts.up += 1;
    if (world === 'kubernetes') counts.kubernetes += 1;
    zones.set(zone, counts);
  }
  return [...zones]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([zone, counts]) => ({
      zone: zone === '' ? undefined : zone,
      ...counts,
      kubernetesPercent: percent(counts.kubernetes, counts.up),
    }));
}

/** A zone filter drops the entries of other zones while the caller's own zone has any. */
function zoneHints(zones: readonly ZoneShare[], asked: string | undefined): readonly string[] {
  const within = names(zones.filter(({ kubernetes }) => kubernetes > 0));
  const without = names(zones.filter(({ zone, kubernetes }) => zone !== undefined && kubernetes === 0));
  if (within === '' || without === '') return [];
  const hint =
    `callers in ${without} that keep to their own zone (Ribbon's zone filter, Spring's zone preference) do not use ` +
    `what is in Kubernetes: its entries are in ${within}`;
  return [asked === 'single' ? `${hint}; eurek8s.io/traffic "ready" or a share like "25%" can serve every zone` : hint];
}

/** Ribbon judges the zones anew for each entry of a call, by all entries: twice as many cost four times the CPU. */
function costHints(up: readonly ExplainedEntry[], zones: readonly ZoneShare[]): readonly string[] {
  const made = up.filter(({ world, copyOf }) => world === 'kubernetes' || copyOf !== undefined).length;
  if (made < MANY_ENTRIES || zones.length < 2) return [];
  return [
    `${up.length} entries in ${zones.length} zones cost Ribbon callers that take all zones milliseconds of CPU for each call; ` +
      'eurek8s.io/traffic "100%" needs one in each zone, and the policy prefer-kubernetes one',
  ];
}

/** Such callers see a share that copies do not change. */
function copyHints(up: readonly ExplainedEntry[]): readonly string[] {
  if (!up.some(({ copyOf }) => copyOf !== undefined)) return [];
  const addressOf = ({ host, ports }: ExplainedEntry): string => `${host} ${ports.join()}`;
  const all = new Set(up.map(addressOf));
  const kubernetes = new Set(up.filter(({ world }) => world === 'kubernetes').map(addressOf));
  return [
    `callers that keep one entry for each host and port (eureka-js-client, Steeltoe 4.2 and newer) see no copies: of ` +
      `${counted(all.size, 'entry', 'entries')} they see ${kubernetes.size} from Kubernetes ` +
      `(${percent(kubernetes.size, all.size)}% of the calls)`,
  ];
}

function names(zones: readonly ZoneShare[]): string {
  return zones.map(({ zone }) => zone ?? 'no zone').join(', ');
}

function timingOf(lastChangeAt: number | undefined, now: number): string {
  if (lastChangeAt === undefined)
    return `nothing of it changed in the last ${age(DELTA_WINDOW.leastMs)}: whoever polls has this view`;
  const change = `the last change was ${age(now - lastChangeAt)} ago`;
  const left = lastChangeAt + POLL_MS + BALANCER_MS - now;
  const defaults = `${age(POLL_MS)} poll, then ${age(BALANCER_MS)} Ribbon, by default`;
  return left > 0
    ? `${change}: callers have it in ${age(left)} at the latest (${defaults})`
    : `${change}: callers have it (${defaults})`;
}

function percent(part: number, whole: number): number {
  return Math.round((1000 * part) / whole) / 10;
}
