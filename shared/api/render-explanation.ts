import { renderPublishing } from './explain-publishing.ts';
import type { Refusal } from '../contribution/refusal.ts';
import type { CallerView } from './callers.ts';
import type { AppHold, ExplainedShare, Explanation } from './explain.ts';
import { lastChangeText } from './last-change.ts';
import { namesakeText } from './namesakes.ts';
import { troubleLine } from './source-troubles.ts';
import type { MissedShare } from '../registry/missed-share.ts';
import type { ExplainedEntry, ExplainedHidden } from './explained-entry.ts';
import { age, counted, indent, printable, sinceText, table } from '../text/printable.ts';

/** An explanation as text: first what callers see, then every entry. `now` in epoch milliseconds; `then`: it is past. */
export function renderExplanation(explanation: Explanation, now: number, seen: 'now' | 'then' = 'now'): string {
  const {
    app,
    policy,
    share,
    inheritance,
    holds,
    troubles,
    served,
    lastChange,
    hidden,
    refused,
    namesakes,
    callers,
    publishing,
  } = explanation;
  const blocks = [
    [
      `${printable(app)}: ${callers.summary}`,
      ...callers.hints.map((hint) => printable(hint)),
      callers.timing,
      `policy ${policy}`,
      ...(share === undefined ? [] : [dialLine(share), ...missedLines(share), ...scheduleLine(share, now)]),
      ...(inheritance === undefined ? [] : [printable(inheritance.text)]),
      ...holds.map((hold) => holdLine(hold, seen)),
      ...troubles.map((each) => printable(troubleLine(each, entriesFrom(each.source, explanation)))),
      ...namesakes.map((each) => printable(namesakeText(each))),
    ].join('\n'),
    ...(lastChange === undefined
      ? [servedBlock(served, now)]
      : [`${servedBlock(served, now)}\n${indent(lastChangeText(lastChange))}`]),
    ...(publishing === undefined ? [] : [renderPublishing(publishing, now)]),
    ...(callers.zones.length > 1 ? [zonesBlock(app, callers)] : []),
    ...(hidden.length > 0 ? [hiddenBlock(hidden, now)] : []),
    ...(refused.length > 0 ? [refusedBlock(refused)] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function dialLine({ asked, entries, realUp, copies, achievedPercent }: ExplainedShare): string {
  return (
    `traffic: asked ${asked}, achieved ${achievedPercent}% by ${counted(entries, 'entry', 'entries')} ` +
    `beside ${counted(realUp, 'registered instance')}${copies === 0 ? '' : ` and ${counted(copies, 'copy', 'copies')} of them`}`
  );
}

/** The shares that can be had instead, and what would reach the one asked for. */
export function missedLines({ missed }: ExplainedShare): readonly string[] {
  if (missed === undefined) return [];
  const { zones, ways } = missed;
  const nearest = zones.map(({ zone, instances, below, above }) => {
    const shares = above === undefined ? `at most ${below}%` : below === above ? `${below}%` : `${below}% or ${above}%`;
    return `${shares} beside ${counted(instances, 'instance')} in ${printable(zone)}`;
  });
  const reached = waysOf(zones.length, ways);
  return [
    `nearest shares: ${nearest.join('; ')}`,
    ...(reached.length === 0 ? [] : [`the share asked for would be reached by ${reached.join(', or by ')}`]),
    ...insteadLine(ways),
  ];
}

function waysOf(zones: number, { copies, maxEntries, instances, instead }: MissedShare['ways']): readonly string[] {
  const bound = maxEntries === undefined || instead !== undefined ? [] : [`defaults.maxEntriesPerApp: ${maxEntries}`];
  const annotation = 'eurek8s.io/copies: "true"';
  const each = zones === 1 ? '' : ' in each zone';
  return [
    ...(copies && instead === undefined ? [[annotation, ...bound].join(' with ')] : bound),
    ...(instances === undefined ? [] : [`${counted(instances, 'registered instance')}${each}`]),
  ];
}

const INSTEAD = {
  all: 'ask for eurek8s.io/traffic: "100%" or the policy prefer-kubernetes, which need one entry in each zone or one',
  nearest: 'ask for one of the nearest shares',
} as const;

function insteadLine({ maxEntries = 0, instead }: MissedShare['ways']): readonly string[] {
  if (instead === undefined) return [];
  return [`the share asked for takes ${maxEntries} entries, which cost callers CPU at each call: ${INSTEAD[instead]}`];
}

function holdLine({ id, source, entries }: AppHold, seen: 'now' | 'then'): string {
  const more = seen === 'now' ? ', see eurek8s holds' : '';
  return printable(`held: ${counted(entries, 'entry', 'entries')} of ${source} by hold ${id}${more}`);
}

/** How many entries there are of this source. */
export function entriesFrom(source: string, { served, hidden }: Explanation): number {
  return [...served, ...hidden].filter((entry) => entry.source === source).length;
}

function scheduleLine({ schedule }: ExplainedShare, now: number): readonly string[] {
  if (schedule === undefined) return [];
  const { steps, start, percent, next } = schedule;
  const what = `schedule: ${steps} from ${start}`;
  if (next === undefined) return [`${what}: its last step lasts`];
  const stop = `to stop it here, write a fixed share: eurek8s.io/traffic: "${percent}%"`;
  return [`${what}; ${next.percent}% comes in ${age(Date.parse(next.at) - now)}; ${stop}`];
}

const COLUMNS = ['ID', 'STATUS', 'HOST', 'ADDRESS', 'PORTS', 'ZONE', 'FROM', 'SINCE'];

function row(entry: ExplainedEntry, now: number): readonly string[] {
  return [
    entry.id,
    entry.status,
    entry.host,
    entry.address || '-',
    entry.ports.join(',') || '-',
    entry.zone ?? '-',
    (entry.object ?? entry.source) + stayWord(entry),
    sinceText(entry.since, now),
  ];
}

/** Why it stays, where its source does not list it any more; the notes say more. */
function stayWord({ hold, unlistedSince }: ExplainedEntry): string {
  if (hold !== undefined) return ' (held)';
  return unlistedSince === undefined ? '' : ' (unlisted)';
}

function servedBlock(served: readonly ExplainedEntry[], now: number): string {
  if (served.length === 0) return 'served: nothing';
  const rows = served.filter(({ copyOf }) => copyOf === undefined).map((entry) => row(entry, now));
  return [
    `served (${served.length})`,
    indent(table(COLUMNS, rows)),
    ...copyLines(served),
    ...derivations(served),
    ...registrationNotes(served),
  ].join('\n');
}

/** One line for all copies, which differ from their originals in nothing but their ids. */
function copyLines(served: readonly ExplainedEntry[]): readonly string[] {
  const copies = served.filter(({ copyOf }) => copyOf !== undefined);
  const [first] = copies;
  if (first === undefined) return [];
  const originals = new Set(copies.map(({ copyOf }) => copyOf)).size;
  const each = copies.length / originals;
  return [
    indent(
      `and ${counted(each, 'copy', 'copies')} of each of ${counted(originals, 'registered instance')}, with its host, ports, ` +
        `status and zone, under ids such as ${printable(first.id)}: they make the share from Kubernetes finer`,
    ),
  ];
}

/** One text for all entries of an Ingress, on lines of its own, because the sentences are long. */
function derivations(entries: readonly ExplainedEntry[]): readonly string[] {
  const byObject = new Map(
    entries.flatMap((each) => (each.object === undefined ? [] : [[each.object, each] as const])),
  );
  return [...byObject].map(([object, { rule, notices }]) =>
    [indent(printable(`${object}: ${rule}`)), ...notices.map((notice) => indent(printable(`note: ${notice}`), 4))].join(
      '\n',
    ),
  );
}

function registrationNotes(entries: readonly ExplainedEntry[]): readonly string[] {
  return once(entries.filter(({ object }) => object === undefined).flatMap(({ notices }) => notices));
}

/** Each text once, with the number of its entries. */
function once(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts.map((each) => printable(each))) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => indent(count === 1 ? text : `${text} (${count} entries)`));
}

function zonesBlock(app: string, { zones }: CallerView): string {
  const rows = zones.map(({ zone, up, kubernetes, kubernetesPercent }) => [
    zone ?? '-',
    String(up),
    String(kubernetes),
    `${kubernetesPercent}%`,
  ]);
  const seen = indent(table(['ZONE', 'UP', 'KUBERNETES', 'SHARE'], rows));
  const hint = `what one of them chooses among, and what it leaves out: eurek8s whatif ${app} --zone ZONE`;
  return `callers that keep to their own zone see\n${seen}\n${indent(printable(hint))}`;
}

function hiddenBlock(hidden: readonly ExplainedHidden[], now: number): string {
  const rows = hidden.map((entry) => [...row(entry, now), entry.code]);
  return [
    `hidden (${hidden.length}): in no list, still answered one by one`,
    indent(table([...COLUMNS, 'CODE'], rows)),
    ...once(hidden.map(({ code, reason }) => `${code}: ${reason}`)),
    ...registrationNotes(hidden),
  ].join('\n');
}

function refusedBlock(refused: readonly Refusal[]): string {
  const items = refused.map(
    ({ object, code, reason }) => `${indent(printable(`${object}  ${code}`))}\n${indent(printable(reason), 6)}`,
  );
  return [`not served (${refused.length})`, ...items].join('\n');
}
