import type { Network } from '../address/network.ts';
import {
  applicationsByAddress,
  applicationsFound,
  applicationsOf,
  placeOf,
  type ApplicationsAt,
  type Caller,
  type Identity,
  type Place,
  type ReadCounts,
  type RegisterCounts,
} from '../census/caller.ts';
import { isOwnCommand } from '../census/own-agent.ts';
import { byText } from '../model/order.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { age, counted, table, time } from '../text/printable.ts';
import type { Steps } from '../time-slice.ts';

/** Applications that a caller may be, or that a look-up finds: thousands may be at one address, and have one vip. */
const MAX_APPLICATIONS = 20;
/** Names in one sentence. */
const MAX_NAMED = 10;

export interface LookupReport {
  readonly kind: string;
  readonly name: string;
  /** The applications that it finds, 20 at most. */
  readonly applications: readonly string[];
  readonly count: number;
  readonly lastSeen: string | undefined;
}

export interface RegistersReport extends RegisterCounts {
  readonly application: string;
  readonly lastSeen: string | undefined;
}

/** One caller in `GET /eurek8s/callers`. Times are RFC 3339. */
export interface CallerReport {
  readonly address: string;
  /** The application that it is; absent when nothing is known of it, or several are at its address. */
  readonly application: string | undefined;
  /** All that it may be, 20 at most. */
  readonly applications: readonly string[];
  /** A command of Eurek8s: nobody who calls. */
  readonly ownCommand?: true;
  /** Where it runs; absent when no registration is at its address. */
  readonly place: Place | undefined;
  /** Its `User-Agent`, or what else it says of itself. */
  readonly client: string;
  readonly identity: Identity;
  readonly credentials: readonly string[];
  readonly firstSeen: string | undefined;
  readonly lastSeen: string | undefined;
  readonly reads: ReadCounts;
  readonly lookups: readonly LookupReport[];
  readonly registers: readonly RegistersReport[];
  /** Requests about further names, which are not kept: 100 of each kind are. */
  readonly notKept: Caller['notKept'];
}

/** Who has counted, and since when: every replica speaks for itself. */
export interface Observer {
  readonly name: string;
  readonly since: string | undefined;
}

/** `GET /eurek8s/callers`. */
export interface CallersReport {
  readonly replica: Observer;
  readonly callers: readonly CallerReport[];
  /** How many times a caller was not kept, because there were too many: one that comes again counts again. */
  readonly forgotten: number;
}

export interface CensusFacts {
  readonly replica: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly callers: readonly Caller[];
  readonly forgotten: number;
  /** The networks of Pods. */
  readonly overlay: readonly Network[];
}

/** By application, then by address. `snapshot`: absent before the first. */
export function* reportCallers(
  { replica, since, callers, forgotten, overlay }: CensusFacts,
  snapshot: RegistrySnapshot | undefined,
): Steps<CallersReport> {
  const at = snapshot === undefined ? () => [] : yield* applicationsByAddress(snapshot);
  const rows: { readonly key: string; readonly report: CallerReport }[] = [];
  for (const caller of callers) {
    const report = reportCaller(caller, at, overlay, snapshot);
    rows.push({ key: `${report.applications.join() || '~'} ${report.address} ${report.client}`, report });
    yield;
  }
  const sorted = rows.toSorted((a, b) => byText(a.key, b.key)).map(({ report }) => report);
  return { replica: { name: replica, since: time(since) }, callers: sorted, forgotten };
}

function reportCaller(
  caller: Caller,
  at: ApplicationsAt,
  overlay: readonly Network[],
  snapshot: RegistrySnapshot | undefined,
): CallerReport {
  const { address, userAgent, identity, credentials, firstSeen, lastSeen, reads, lookups, registers, notKept } = caller;
  const applications = applicationsOf(caller, at);
  return {
    address,
    application: applications.length === 1 ? applications[0] : undefined,
    applications: applications.slice(0, MAX_APPLICATIONS),
    ...(isOwnCommand(userAgent) && { ownCommand: true as const }),
    place: placeOf(caller, at, overlay),
    client: userAgent ?? identity.name ?? 'unknown',
    identity,
    credentials,
    firstSeen: time(firstSeen),
    lastSeen: time(lastSeen),
    reads: { ...reads },
    lookups: Array.from(lookups.values(), (lookup) => ({
      kind: lookup.kind,
      name: lookup.name,
      applications: snapshot === undefined ? [] : applicationsFound(lookup, snapshot).slice(0, MAX_APPLICATIONS),
      count: lookup.count,
      lastSeen: time(lookup.lastSeen),
    })),
    registers: Array.from(registers, ([application, { lastSeen: at, ...counts }]) => ({
      application,
      ...counts,
      lastSeen: time(at),
    })),
    notKept: { ...notKept },
  };
}

const OWN_COMMAND = 'command of Eurek8s';
const COLUMNS = [
  'APPLICATION',
  'ADDRESS',
  'CLIENT',
  'RUNS',
  'CREDENTIALS',
  'FULL',
  'DELTA',
  'LOOKS UP',
  'REGISTERS',
  'SEEN',
];

/** Which application a caller is, for a table: `ORDERS`, `ORDERS or BILLING`, `command of Eurek8s`, `-`. */
export function applicationCell({ applications, ownCommand }: CallerReport): string {
  return applications.join(' or ') || (ownCommand === true ? OWN_COMMAND : '-');
}

/** `now` in epoch milliseconds. */
export function renderCallers({ replica, callers, forgotten }: CallersReport, now: number): string {
  const commands = callers.filter(({ ownCommand }) => ownCommand === true).length;
  const ours = commands === 0 ? '' : ` and ${counted(commands, OWN_COMMAND, 'commands of Eurek8s')}`;
  const who = `${counted(callers.length - commands, 'caller')}${ours} seen by ${replica.name} since ${replica.since ?? 'unknown'}`;
  const lost = forgotten === 0 ? '' : `; ${counted(forgotten, 'time')} one was not kept, because there were too many`;
  if (callers.length === 0) return `${who}${lost}\n`;
  const rows = callers.map((each) => [
    applicationCell(each),
    each.address,
    each.client,
    each.place === undefined ? '-' : RUNS[each.place],
    each.credentials.join(',') || '-',
    String(each.reads.full),
    String(each.reads.delta),
    listed(
      each.lookups.map(({ kind, name }) => `${kind}:${name}`),
      each.notKept.lookups,
    ),
    listed(
      each.registers.map(({ application }) => application),
      each.notKept.registers,
    ),
    each.lastSeen === undefined ? '-' : `${age(now - Date.parse(each.lastSeen))} ago`,
  ]);
  return `${table(COLUMNS, rows)}\n${who}${lost}\n${outsideLine(callers)}`;
}

const RUNS: Readonly<Record<Place, string>> = { registered: 'outside', pod: 'in a Pod' };

/** Who has not moved yet: callers beside the cluster. */
function outsideLine(callers: readonly CallerReport[]): string {
  const outside = callers.filter(({ place, ownCommand }) => place === 'registered' && ownCommand === undefined);
  if (outside.length === 0) return '';
  const names = [...new Set(outside.map(({ applications, address }) => applications.join(' or ') || address))];
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return `${outside.length} of them where instances are registered, outside of Kubernetes: ${names.slice(0, MAX_NAMED).join(', ')}${more}\n`;
}

/** `notKept`: requests about names that are not among these. */
function listed(names: readonly string[], notKept: number): string {
  if (names.length === 0) return '-';
  if (names.length <= 3) return names.join(' ');
  return `${names.slice(0, 3).join(' ')} and ${notKept > 0 ? 'more than ' : ''}${names.length - 3} more`;
}
