import { CALLER_KINDS, type CallerKind } from './dial-callers.ts';

/** A table of docs/dial.md. The first columns say what was tried, the others what came of it. */
export interface DialTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** Number of columns that tell rows apart. */
  readonly keys: number;
}

/** What is asked for, in the order of the tables. */
export const ASKED = ['single', 'ready', '0%', '1%', '10%', '25%', '50%', '75%', '90%', '99%', '100%'];

export type Row = readonly string[];

const WHO = ['client', 'its zone', 'at once'] as const;

export const SHARES: DialTable = {
  title: 'Shares',
  columns: [...WHO, 'asked', 'entries (Kubernetes + registered)', 'they say', 'achieved', 'calls'],
  keys: 4,
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
};

export const WAY_BACK: DialTable = {
  title: 'The way back',
  columns: [...WHO, 'switched by', 'last call to Kubernetes after', 'calls meanwhile', 'failed'],
  keys: 4,
};

export const TABLES = [SHARES, COPIES, WAY_BACK] as const;

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
export function mergedRows(old: readonly Row[], fresh: readonly Row[], { keys }: DialTable): readonly Row[] {
  const keyOf = (row: Row): string => row.slice(0, keys).join('|');
  const byKey = new Map([...old, ...fresh].map((row) => [keyOf(row), row]));
  // Rows of callers that are no more fall out.
  const known = [...byKey.values()].filter((row) => rank(row) >= 0);
  return known.toSorted((a, b) => rank(a) - rank(b) || askedRank(a) - askedRank(b));
}

const CLIENTS = CALLER_KINDS.flatMap((kind) => kind.atOnce.map((atOnce) => who(kind, atOnce).join('|')));

/** In the order of the clients. */
function rank(row: Row): number {
  return CLIENTS.indexOf(row.slice(0, 3).join('|'));
}

/** In the order of what was asked, in the column behind who was asked; else as they came. */
function askedRank(row: Row): number {
  return ASKED.indexOf(row[WHO.length] ?? '');
}

function table({ title, columns }: DialTable, text: string, rows: readonly Row[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `## ${title}\n\n${text}\n\n${lines.join('\n')}`;
}

export function dialDocument(rows: ReadonlyMap<DialTable, readonly Row[]>): string {
  const of = (each: DialTable): readonly Row[] => rows.get(each) ?? [];
  return `# The dial with real callers

<!-- Written by \`npm run dial\`, which runs the clients; do not edit. -->

${INTRODUCTION}

${table(SHARES, SHARES_TEXT, of(SHARES))}

${table(COPIES, COPIES_TEXT, of(COPIES))}

${table(WAY_BACK, WAY_BACK_TEXT, of(WAY_BACK))}
`;
}

const INTRODUCTION = `Unmodified clients call a service that runs on EC2 and in Kubernetes, through Eurek8s in front of a stock Eureka (Spring
Cloud Hoxton). Each row is one client with the default load balancer of its kind. *They say* is the share of the entries
that the client chooses among: those of its own zone where it has one and there are any, else all. The run fails when
the achieved share is more than 3 points from it. Clients fetch each second and refresh their lists each half second
here; all else has its default. \`npm run dial\` runs everything (\`EUREK8S_DIAL_ONLY=zuul,feign\`: these alone), and
\`npm test\` a few shares with each client.`;

const SHARES_TEXT = `Beside four registered instances, three in \`zone1\` and one in \`zone2\`, with two ready Pods and
\`defaults.maxEntriesPerApp: 512\`. No call failed.

Ribbon without a zone takes the entries of all zones, but with several calls under way it leaves out the zone that has the
most for each server, now and then. Where the zones have different shares (in \`zone2\` one entry is half of all), its share
is between them.`;

const COPIES_TEXT = `Beside three and ten registered instances, all in \`zone1\`, with copies and without. The share is measured over the calls
before anything happens. Then, while calls go on, one instance dies and stays registered; later another one leaves: it
deregisters, goes on answering until the client has fetched the list, and stops. *Failed* are calls after each of the
two, of all calls after it. The run fails when with copies more fail than without, by more than 3 points.

Ribbon leaves a server alone after three failures in a row, and asks it again from time to time. Spring Cloud
LoadBalancer does not know what is dead: a third of the calls fail beside three instances, copies or not, until the
registry drops the dead one.`;

const WAY_BACK_TEXT = `From 50 % to \`legacy-only\` while a caller calls all the time: how long after the line was written the last call reached
Kubernetes, with a list that is refreshed each half second and a registry that is fetched each second. With the defaults of
clients (30 s and 30 s) it is a minute at most.`;
