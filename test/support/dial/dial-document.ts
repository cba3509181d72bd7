import { CALLER_KINDS, MANY_KINDS, type CallerKind } from './dial-callers.ts';

/** A table of docs/dial.md. The first columns say what was tried, the others what came of it. */
export interface DialTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** Number of columns that tell rows apart. */
  readonly keys: number;
  /** The place of a row in the table; below 0: a row of what is tried no more. */
  readonly rank: (row: Row) => number;
}

/** What is asked for, in the order of the tables. */
export const ASKED = ['single', 'ready', '0%', '1%', '10%', '25%', '50%', '75%', '90%', '99%', '100%'];

export type Row = readonly string[];

const WHO = ['client', 'its zone', 'at once'] as const;
const CLIENTS = CALLER_KINDS.flatMap((kind) => kind.atOnce.map((atOnce) => who(kind, atOnce).join('|')));

function clientRank(row: Row): number {
  return CLIENTS.indexOf(row.slice(0, WHO.length).join('|'));
}

/** In the order of the clients, and of what was asked, in the column behind them. */
function askedRank(row: Row): number {
  return clientRank(row) * ASKED.length + Math.max(0, ASKED.indexOf(row[WHO.length] ?? ''));
}

export const SHARES: DialTable = {
  title: 'Shares',
  columns: [...WHO, 'asked', 'entries (Kubernetes + registered)', 'they say', 'achieved', 'calls', 'failed'],
  keys: 4,
  rank: askedRank,
};

export const COPIES: DialTable = {
  title: 'Copies',
  columns: [
    ...WHO,
    'asked',
    'beside',
    'copies',
    'entries (Kubernetes + registered)',
    'they say',
    'achieved',
    'calls',
    'failed after one died',
    'failed after one left',
  ],
  keys: 6,
  rank: askedRank,
};

export const POLICIES: DialTable = {
  title: 'Policies while callers call',
  columns: [...WHO, 'switched to', 'by', 'last call to the other world after', 'calls meanwhile', 'failed'],
  keys: 5,
  rank: clientRank,
};

export const MANY_ENTRIES: DialTable = {
  title: 'What many entries cost',
  columns: ['client', 'its zone', 'entries', 'in zones', 'CPU time of a call'],
  keys: 4,
  rank: (row) => MANY_KINDS.findIndex(({ client, zone }) => row[0] === client && row[1] === (zone ?? 'none')),
};

export const LOAD: DialTable = {
  title: 'The machine',
  columns: ['measured', 'on', 'cores', 'load average before', 'after'],
  keys: 1,
  rank: ([part = '']) => PARTS.findIndex((each) => part === each || part.startsWith(`${each}:`)),
};

/** What a run can be a part of: a share that is asked for, or a further story. */
export const PARTS = [...ASKED, 'copies', 'policies', 'many entries'];

export const TABLES = [SHARES, COPIES, POLICIES, MANY_ENTRIES, LOAD] as const;

/** The first cells of a row. */
export function who({ client, zone }: CallerKind, atOnce: number): Row {
  return [client, zone ?? 'none', String(atOnce)];
}

/** The rows of a table in the document as it is. */
export function rowsOf(document: string, { title, columns }: DialTable): readonly Row[] {
  const [, section = ''] = document.split(`\n## ${title}\n`);
  const lines = section.split('\n## ')[0]?.split('\n') ?? [];
  return lines
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns.length);
}

/** Rows of a run take the place of those that tried the same; a run may be a part of all. */
export function mergedRows(old: readonly Row[], fresh: readonly Row[], { keys, rank }: DialTable): readonly Row[] {
  const keyOf = (row: Row): string => row.slice(0, keys).join('|');
  const byKey = new Map([...old, ...fresh].map((row) => [keyOf(row), row]));
  return [...byKey.values()].filter((row) => rank(row) >= 0).toSorted((a, b) => rank(a) - rank(b));
}

function table({ title, columns }: DialTable, text: string, rows: readonly Row[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const measured = rows.length === 0 ? NOT_MEASURED : lines.join('\n');
  return `## ${title}\n\n${text}\n\n${measured}`;
}

export function dialDocument(rows: ReadonlyMap<DialTable, readonly Row[]>): string {
  const of = (each: DialTable): readonly Row[] => rows.get(each) ?? [];
  return `# The dial with real callers

<!-- Written by \`npm run dial\`, which runs the clients; do not edit. -->

${INTRODUCTION}

${table(SHARES, SHARES_TEXT, of(SHARES))}

${table(COPIES, COPIES_TEXT, of(COPIES))}

${table(POLICIES, POLICIES_TEXT, of(POLICIES))}

${table(MANY_ENTRIES, MANY_ENTRIES_TEXT, of(MANY_ENTRIES))}

${table(LOAD, LOAD_TEXT, of(LOAD))}
`;
}

const NOT_MEASURED = 'Not measured yet: `npm run dial` fills it.';

const INTRODUCTION = `Unmodified clients call a service that runs on EC2 and in Kubernetes, through Eurek8s in front of a stock Eureka (Spring
Cloud Hoxton). Each row is one client with the default load balancer of its kind. *They say* is the share of the entries
that the client chooses among: those of its own zone where it has one and there are any, else all. The run fails when
the achieved share is more than 3 points from it. Clients fetch each second and refresh their lists each half second
here; all else has its default. \`npm run dial\` runs everything, \`EUREK8S_DIAL_ONLY=zuul,feign\` these clients alone,
\`EUREK8S_DIAL_PARTS=99%,copies,policies\` these parts alone, and \`npm test\` a few shares with each client.`;

const SHARES_TEXT = `Beside four registered instances, three in \`zone1\` and one in \`zone2\`, with two ready Pods and
\`defaults.maxEntriesPerApp: 512\`. The run fails when a call fails.

Ribbon without a zone takes the entries of all zones, but with several calls under way it leaves out the zone that has the
most for each server, now and then. Where the zones have different shares (in \`zone2\` one entry is half of all), its share
is between them.

The one failed call, Zuul's at 99 % with eight at a time, had no answer within a minute. A call costs Ribbon
[54 ms of CPU](#what-many-entries-cost), and thread dumps show what holds one of them up: all calls read Ribbon's cache of
server statistics so often that the one which has to tidy up its queue (\`LocalCache$Segment.drainRecencyQueue\`) is still at
it after 26 s, while the other seven fill it and are answered. On a busier machine, with a limit of 10 s, these were 247 of 900
calls.

The services keep idle connections open for longer than any pause here. One that closes a connection while a call is on its
way costs Spring Cloud Gateway that call, with or without Eurek8s (500, "Connection prematurely closed BEFORE response": 9 of
400 calls in pauses as long as a service's keep-alive, 0 of 400 with a longer one);
\`spring.cloud.gateway.server.webflux.httpclient.pool.max-idle-time\` below the services' own avoids it.`;

const COPIES_TEXT = `Beside three and ten registered instances, all in \`zone1\`, with copies and without. The share is measured over the calls
before anything happens. Then, while calls go on, one instance dies and stays registered; later another one leaves: it
deregisters, goes on answering until the client has fetched the list, and stops. *Failed* are calls after each of the
two, of all calls after it. The run fails when with copies more fail than without, by more than 3 points.

Ribbon leaves a server alone after three failures in a row, and asks it again from time to time. Spring Cloud
LoadBalancer does not know what is dead, and goes on calling it, copies or not, until the registry drops it.`;

const POLICIES_TEXT = `The policy is switched while a caller calls all the time, each time from what was before: from 50 % to
\`prefer-kubernetes\`, back to \`legacy-only\`, to \`kubernetes-only\`, and back again. How long after the line was written the
last call reached the world that is left, with a list that is refreshed each half second and a registry that is fetched each
second. With the defaults of clients (30 s and 30 s) it is a minute at most. The run fails when a call fails.`;

const MANY_ENTRIES_TEXT = `**99 % beside a few instances costs callers CPU.** 99 % beside four instances is 396 entries, and a Ribbon caller whose
list has entries of two zones and more judges the zones anew *for each entry, at each call*, each time by all entries
(\`ZoneAvoidancePredicate\`, Ribbon 2.3): twice the entries, four times the work. A caller that keeps to its zone does not pay
it. This is measured with callers of the stock Eureka alone, where as many instances are registered; with entries of Eurek8s
it is the same. What to do instead:

- From 90 % on go to 100 %, which needs one entry in each zone, or to the policy \`prefer-kubernetes\`, which needs one. The
  instances are hidden, and the way back is the same line.
- Keep \`defaults.maxEntriesPerApp\` at 128, which bounds what a call can cost; explain says \`traffic-limit\` where it does.
- Copies are entries too: 1 % beside three instances is 100 entries in all, the same beside ten is 101.
- Callers can switch it off: \`niws.loadbalancer.zoneAvoidanceRule.enabled=false\`. They then call all zones alike, a bad one too.`;

const LOAD_TEXT = `When each part was measured, and how busy the machine was, with the callers and whatever else ran: a load of 2 keeps both
cores busy. The last run of a part may have been of some clients alone; parts that are missing here were measured before the
load was noted. A busy machine makes calls slow; a call to a gateway counts as failed when it has no answer within a minute.`;
