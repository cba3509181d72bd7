import { describeDuration } from '../text/duration.ts';
import { age, counted } from '../text/printable.ts';
import type { CostReport } from './cost.ts';
import type { ShadowReport, SideReport } from './report.ts';

/** A part of the report for people, whatever it is written in. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** Head and rows. */
  readonly table?: readonly (readonly string[])[];
}

/** The report in the order in which people ask: the verdict, how it was found, what differs, what it costs. */
export function sectionsOf(report: ShadowReport): readonly Section[] {
  return [
    { title: 'Verdict', lines: [verdictLine(report), ...runLines(report)] },
    ...intendedSection(report),
    ...unintendedSection(report),
    ...truthSection('the legacy', report.legacy),
    ...truthSection('Eurek8s', report.against),
    { title: 'Side by side', lines: [], table: sideBySide(report) },
  ];
}

function verdictLine(report: ShadowReport): string {
  const { verdict, unintended, unlisted, legacy, against, looks, undecided, lagMs } = report;
  if (verdict === 'unknown') {
    if (looks.compared === 1) return `no verdict: ${oneLook(report)}`;
    if (looks.compared > 0)
      return `no verdict: ${counted(undecided, 'difference')}, and none was looked at for ${describeDuration(lagMs)}`;
    const silent = [legacy, against].filter(({ reached }) => reached === 0).map(({ url }) => url);
    const who =
      silent.length === 0 ? 'the two were never reached at the same time' : `never reached: ${silent.join(', ')}`;
    return `no verdict: ${who}`;
  }
  if (verdict === 'clean')
    return 'clean: callers get from Eurek8s what they get from the legacy, but for what is intended';
  const count = unintended.length + unlisted;
  const what =
    count === 0 ? [] : [counted(count, 'difference that is not intended', 'differences that are not intended')];
  if (!against.truthful) what.push('hash codes or deltas of Eurek8s are not true');
  return `different: ${what.join('; ')}`;
}

function oneLook({ looks, undecided, lagMs, intervalMs }: ShadowReport): string {
  if (looks.taken > 1) return `both answered at one of ${looks.taken} looks, and one is no proof`;
  // The second look begins an interval after the first, and takes its time.
  const enough = Math.max(2 * intervalMs, undecided > 0 ? lagMs + intervalMs : 0);
  return `one look is no proof; --for ${describeDuration(enough)} is long enough`;
}

function runLines(report: ShadowReport): readonly string[] {
  const { from, until, intervalMs, lagMs, looks, entries, undecided, unexplained } = report;
  const lines = [
    `${age(Date.parse(until) - Date.parse(from))} from ${from} on, ${counted(looks.taken, 'look')}, one every ${describeDuration(intervalMs)}`,
    `answers identical, but for what is intended: ${looks.identical} of ${looks.compared}; a difference counts when it lasts for ${describeDuration(lagMs)}`,
  ];
  if (entries !== undefined)
    lines.push(
      `last look: ${counted(entries.legacy, 'instance')} at the legacy, ${entries.against} at Eurek8s, ${entries.same} the same`,
    );
  if (undecided > 0)
    lines.push(
      `not judged: ${counted(undecided, 'difference')} that had not lasted for ${describeDuration(lagMs)} at the end`,
    );
  if (unexplained !== undefined)
    lines.push(
      `Eurek8s did not say what it hides: ${unexplained}`,
      'not judged: whether entries from Kubernetes are missing, as Eurek8s did not say what it serves',
    );
  for (const { url, notReached, lastProblem } of [report.legacy, report.against])
    if (notReached > 0) lines.push(`${url} not reached in ${counted(notReached, 'look')}: ${lastProblem ?? ''}`);
  return lines;
}

function intendedSection({ intended }: ShadowReport): readonly Section[] {
  if (intended.length === 0) return [];
  const rows = intended.map(({ cause, entries, most, examples }) => {
    const [first] = examples;
    const example = first === undefined ? '' : `${first.app} ${first.instance}: ${first.reason}`;
    return [cause, String(entries), String(most), example];
  });
  const head = ['CAUSE', 'NOW', 'MOST', 'FOR EXAMPLE'];
  return [{ title: 'Intended differences', lines: [], table: [head, ...rows] }];
}

function unintendedSection({ unintended, unlisted }: ShadowReport): readonly Section[] {
  if (unintended.length === 0) return [];
  const rows = unintended.map(({ app, instance, field, legacy, against, since, until, reason }) => [
    app,
    instance,
    field,
    legacy,
    against,
    since,
    until,
    reason ?? '',
  ]);
  const head = ['APPLICATION', 'INSTANCE', 'FIELD', 'LEGACY', 'EUREK8S', 'SINCE', 'UNTIL', 'EUREK8S SAYS'];
  const lines = unlisted === 0 ? [] : [`and ${unlisted} more`];
  return [{ title: 'Differences that are not intended', lines, table: [head, ...rows] }];
}

/** Only what is wrong. */
function truthSection(name: string, { hash, deltas, unreadable }: SideReport): readonly Section[] {
  const lines: string[] = [];
  if (hash.example !== undefined)
    lines.push(
      `${counted(hash.wrong, 'full answer')} with a hash code that its instances do not have: ${hash.example.stated} for ${hash.example.counted} at ${hash.example.at}`,
    );
  if (deltas.example !== undefined)
    lines.push(
      `${counted(deltas.mismatches, 'delta')} that did not add up, the last at ${deltas.example.at}: ${deltas.example.stated} for ${deltas.example.counted}${deltas.neverAddsUp ? '; for a time none did' : ''}`,
    );
  for (const { app, instance, field, full, afterDeltas, since } of deltas.wrong)
    lines.push(
      `deltas did not tell of ${app} ${instance}, ${field}: ${full} in full answers, ${afterDeltas} after deltas, since ${since}`,
    );
  if (deltas.unlisted > 0) lines.push(`and ${deltas.unlisted} more`);
  if (unreadable > 0) lines.push(`${counted(unreadable, 'instance')} that cannot be read: hash codes are not judged`);
  return lines.length === 0 ? [] : [{ title: `What ${name} says of itself`, lines }];
}

function sideBySide({ legacy, against }: ShadowReport): readonly (readonly string[])[] {
  const row = (name: string, cell: (side: SideReport) => string | number): readonly string[] => [
    name,
    String(cell(legacy)),
    String(cell(against)),
  ];
  const costs = (name: string, of: (side: SideReport) => CostReport): readonly (readonly string[])[] => [
    row(name, (side) => of(side).answers),
    row('  p50', (side) => milliseconds(of(side).p50Ms)),
    row('  p99', (side) => milliseconds(of(side).p99Ms)),
    row('  longest', (side) => milliseconds(of(side).maxMs)),
    row('  bytes in all', (side) => of(side).bytes),
  ];
  return [
    ['', 'LEGACY', 'EUREK8S'],
    row('URL', ({ url }) => url),
    row('not reached', ({ notReached }) => notReached),
    ...costs('full answers', ({ full }) => full),
    row('  hash code wrong', ({ hash }) => hash.wrong),
    ...costs('deltas', ({ delta }) => delta),
    row('  did not add up', ({ deltas }) => deltas.mismatches),
    row('  compared with a full answer', ({ deltas }) => deltas.checks),
    row('  and different', ({ deltas }) => deltas.wrong.length + deltas.unlisted),
  ];
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? '' : `${ms} ms`;
}
