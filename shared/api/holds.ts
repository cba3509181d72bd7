import type { HeldApplication } from '../guard/held-application.ts';
import type { Held, Hold } from '../guard/hold.ts';
import { counted, indent, printable, table, time } from '../text/printable.ts';

/** One hold in `GET /eurek8s/holds`; times in RFC 3339. */
export interface HoldReport {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  /** What `instances` are: those of a registry, or the Ingresses of a cluster. */
  readonly counted: 'instance' | 'Ingress';
  readonly instances: number;
  readonly instancesBefore: number;
  readonly applications: number;
  /** The first of these applications; `applications` counts all. */
  readonly held: readonly HeldApplication[];
  readonly since: string;
  /**
   * From when a confirmation lets it through, so that its entries are removed. Absent while it is kept, and while its
   * source lists a part of itself or has not answered again: a grace period begins with the next complete list.
   */
  readonly releasesAt: string | undefined;
  /** Whether an operator keeps it until it is released. */
  readonly kept: boolean;
}

/** `GET /eurek8s/holds`. */
export interface HoldsReport {
  readonly holds: readonly HoldReport[];
}

export function reportHold(source: string, hold: Hold): HoldReport {
  const { id, what, counted, instances, instancesBefore, applications, held, releasesAt, waits } = hold;
  return {
    id,
    source,
    what,
    counted,
    instances,
    instancesBefore,
    applications,
    held,
    since: moment(hold.since),
    releasesAt: releasesAt === undefined ? undefined : moment(releasesAt),
    kept: releasesAt === undefined && waits !== true,
  };
}

/** Applications that one line names. */
const MAX_NAMED_IN_LINE = 5;

const COLUMNS = ['ID', 'SOURCE', 'HELD', 'APPLICATIONS', 'SINCE', 'REMOVED AT'];

export function renderHolds({ holds }: HoldsReport): string {
  if (holds.length === 0) return 'nothing is held\n';
  const rows = holds.map((hold) => [
    hold.id,
    hold.source,
    `${hold.instances} of ${hold.instancesBefore}`,
    String(hold.applications),
    hold.since,
    hold.releasesAt ?? (hold.kept ? 'kept' : 'waits'),
  ]);
  const below = holds.map((hold) => [
    indent(printable(hold.what)),
    ...heldLines(hold).map((line) => indent(line)),
    ...decisionLines(hold).map((line) => indent(printable(line))),
  ]);
  return `${table(COLUMNS, rows, below)}\n`;
}

/** What is held, application by application, so that somebody who knows them can say whether they are gone. */
function heldLines({ applications, held }: HoldReport): readonly string[] {
  const more = applications - held.length;
  return [
    ...held.map(({ name, count, first }) => printable(`${name}: ${andMore(first, count)}`)),
    ...(more === 0 ? [] : [`and ${counted(more, 'more application')}`]),
  ];
}

function decisionLines({ id, kept }: HoldReport): readonly string[] {
  return [
    'every entry that it keeps: eurek8s diff; one application: eurek8s explain NAME',
    `removed now by: ${releaseCommand(id)}`,
    ...(kept ? [] : [`kept, however long it lasts, by: ${keepCommand(id)}`]),
  ];
}

/** `ALICE, BOB and 3 more`: the applications of a hold in one line. */
export function heldNames({ applications, held }: HoldReport, most = MAX_NAMED_IN_LINE): string {
  return andMore(
    held.slice(0, most).map(({ name }) => name),
    applications,
  );
}

function andMore(first: readonly string[], count: number): string {
  const more = count - first.length;
  return more === 0 ? first.join(', ') : `${first.join(', ')} and ${more} more`;
}

/** The lines about a hold below its source. */
export function holdLines(hold: HoldReport): readonly string[] {
  const { id, source, what, instances, instancesBefore, releasesAt, kept } = hold;
  const kind = hold.counted === 'instance' ? 'instances' : 'Ingresses';
  return [
    `${instances} of ${instancesBefore} ${source} ${kind} held: ${what}`,
    `of ${heldNames(hold)}; each of them: eurek8s holds`,
    untilWhen(releasesAt, kept, id),
  ];
}

/** The answer to the release of a hold. */
export function renderReleased(hold: HoldReport): string {
  return `${printable(`${hold.id} is released: ${extent(hold)} are gone, as ${hold.source} does not list them any more`)}\n`;
}

/** The answer to the order to keep a hold. */
export function renderKept(hold: HoldReport): string {
  return `${printable(`${hold.id} is kept: ${extent(hold)} stay until they are back, or by: ${releaseCommand(hold.id)}`)}\n`;
}

/** The notice of an entry that is served only because of a hold. `object`: what it was derived from, where it was. */
export function heldNotice(
  source: string,
  { holdId, since, releasesAt, waits }: Held,
  object: string | undefined,
): string {
  const until = untilWhen(releasesAt === undefined ? undefined : moment(releasesAt), waits !== true, holdId);
  const what = object === undefined ? 'lists it' : `has ${object} with all that it needs`;
  return `held: ${source} no longer ${what} since ${moment(since)}; ${until}`;
}

function extent(hold: HoldReport): string {
  const { counted: kind, instances, applications } = hold;
  const plural = kind === 'instance' ? 'instances' : 'Ingresses';
  return `${counted(instances, kind, plural)} of ${counted(applications, 'application')} (${heldNames(hold)})`;
}

/** `kept`: matters without a time. */
function untilWhen(releasesAt: string | undefined, kept: boolean, id: string): string {
  const undated = kept ? 'kept until released' : 'removed when complete lists have confirmed it, or now';
  const when = releasesAt === undefined ? undated : `removed at ${releasesAt} if still missing then, or now`;
  return `${when} by: ${releaseCommand(id)}`;
}

/** Times of holds come from our own clock, so they are always moments. */
function moment(ms: number): string {
  return time(ms) ?? 'unknown';
}

function releaseCommand(id: string): string {
  return `eurek8s holds release ${id}`;
}

function keepCommand(id: string): string {
  return `eurek8s holds keep ${id}`;
}
