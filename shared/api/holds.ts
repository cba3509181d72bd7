import type { Held, Hold } from '../guard/brake.ts';
import { counted, indent, printable, table, time } from '../text/printable.ts';

/** One hold in `GET /eurek8s/holds`; times in RFC 3339. */
export interface HoldReport {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  readonly instances: number;
  readonly instancesBefore: number;
  readonly applications: number;
  readonly since: string;
  readonly releasesAt: string;
}

/** `GET /eurek8s/holds`. */
export interface HoldsReport {
  readonly holds: readonly HoldReport[];
}

export function reportHold(source: string, hold: Hold): HoldReport {
  const { id, what, instances, instancesBefore, applications } = hold;
  const since = moment(hold.since);
  return { id, source, what, instances, instancesBefore, applications, since, releasesAt: moment(hold.releasesAt) };
}

const COLUMNS = ['ID', 'SOURCE', 'INSTANCES', 'APPLICATIONS', 'SINCE', 'RELEASED AT'];

export function renderHolds({ holds }: HoldsReport): string {
  if (holds.length === 0) return 'nothing is held\n';
  const rows = holds.map((hold) => [
    hold.id,
    hold.source,
    `${hold.instances} of ${hold.instancesBefore}`,
    String(hold.applications),
    hold.since,
    hold.releasesAt,
  ]);
  const [head = '', ...lines] = table(COLUMNS, rows).split('\n');
  const blocks = holds.map(({ id, what }, i) => [
    lines[i] ?? '',
    indent(printable(what)),
    indent(printable(`let through now by: ${releaseCommand(id)}`)),
  ]);
  return `${[head, ...blocks.flat()].join('\n')}\n`;
}

/** The lines about a hold below its source. */
export function holdLines({ id, source, what, instances, instancesBefore, releasesAt }: HoldReport): readonly string[] {
  return [
    `${instances} of ${instancesBefore} ${source} instances held: ${what}`,
    `released at ${releasesAt} when it is confirmed, or now by: ${releaseCommand(id)}`,
  ];
}

/** The answer to the release of a hold. */
export function renderReleased({ id, source, instances, applications }: HoldReport): string {
  const what = `${counted(instances, 'instance')} of ${counted(applications, 'application')}`;
  return `${printable(`${id} is released: ${what} are gone, as ${source} does not list them any more`)}\n`;
}

/** The notice of an entry that is served only because of a hold. */
export function heldNotice(source: string, { holdId, since, releasesAt }: Held): string {
  return (
    `held: ${source} no longer lists it since ${moment(since)}; ` +
    `released at ${moment(releasesAt)} when it is confirmed, or now by: ${releaseCommand(holdId)}`
  );
}

/** Times of holds come from our own clock, so they are always moments. */
function moment(ms: number): string {
  return time(ms) ?? 'unknown';
}

function releaseCommand(id: string): string {
  return `eurek8s holds release ${id}`;
}
