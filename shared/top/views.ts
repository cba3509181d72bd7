import { shareText, type ApplicationReport, type AppsReport } from '../api/apps.ts';
import { applicationCell, type CallerReport, type CallersReport } from '../api/census.ts';
import type { ChangesReport } from '../api/changes.ts';
import { changedText, entryText, foldChanges, type FoldedChange } from '../api/folded-changes.ts';
import { renderSources, type SourceReport, type SourcesReport } from '../api/sources.ts';
import { age, clockTime, counted } from '../text/printable.ts';
import { explainPath, facts, row, type Row, type View, type ViewName } from './view.ts';

/** The documents of the operations API behind the views. */
export interface Documents {
  readonly applications: AppsReport;
  readonly sources: SourcesReport;
  readonly changes: ChangesReport;
  readonly callers: CallersReport;
}

/** Changes that are asked for: those of copies alike become one row. */
const MAX_CHANGES = 1000;

const applications: View<AppsReport> = {
  path: '/eurek8s/apps',
  columns: [
    { head: 'APPLICATION', least: 16 },
    { head: 'STAGE', spare: 3 },
    { head: 'STATUS' },
    { head: 'REG', side: 'right' },
    { head: 'K8S', side: 'right' },
    { head: 'UP', side: 'right' },
    { head: 'HIDDEN', side: 'right', spare: 9 },
    { head: 'REFUSED', side: 'right', spare: 2 },
    { head: 'SHARE', spare: 1 },
  ],
  empty: 'no application is known',
  rows: (report) => report.applications.map(applicationRow),
};

function applicationRow(each: ApplicationReport): Row {
  const { name, stage, status, legacy, kubernetes, up, hidden, refused, share } = each;
  const style = status === 'NONE' || status === 'DOWN' ? 'bad' : refused > 0 || status !== 'UP' ? 'warning' : 'plain';
  const cells = [name, stage, status, legacy, kubernetes, up, hidden, refused, shareText(share)];
  return row(name, cells, style, () => ({ title: name, lines: [], path: explainPath(name) }));
}

const sources: View<SourcesReport> = {
  path: '/eurek8s/sources',
  columns: [
    { head: 'SOURCE', least: 12 },
    { head: 'STATE' },
    { head: 'AGE', side: 'right' },
    { head: 'REQUIRED', spare: 1 },
    { head: 'HOLDS', side: 'right' },
    { head: 'LAST ERROR', least: 10 },
  ],
  empty: 'no source is configured',
  rows: (report) => report.sources.map((source) => sourceRow(source, report)),
};

function sourceRow(source: SourceReport, report: SourcesReport): Row {
  const { id, state, ageMs, required, holds, lastError = '-', restored } = source;
  const style = state === 'stale' ? 'bad' : state === 'starting' || holds.length > 0 ? 'warning' : 'plain';
  const shownState = restored === true ? `${state}, restored` : state;
  const cells = [id, shownState, ageText(ageMs), required ? 'yes' : 'no', holds.length, lastError];
  const only: SourcesReport = {
    ...report,
    ready: true,
    sources: [source],
    files: [],
    registryFile: undefined,
    delta: undefined,
  };
  return row(id, cells, style, () => ({ title: id, lines: renderSources(only, 'full').split('\n'), path: undefined }));
}

function ageText(ms: number | undefined): string {
  // Milliseconds would flicker.
  return ms === undefined ? '-' : age(Math.floor(ms / 1000) * 1000 || 1000);
}

const changes: View<ChangesReport> = {
  path: `/eurek8s/changes?limit=${MAX_CHANGES}`,
  columns: [
    { head: 'UTC' },
    { head: 'AGO', side: 'right' },
    { head: 'APPLICATION', least: 12 },
    { head: 'CHANGE' },
    { head: 'ENTRY', least: 12, spare: 1 },
    { head: 'WHAT', least: 30 },
  ],
  empty: 'no change is known',
  rows: (report, now) =>
    numbered(foldChanges(report.changes))
      .map(([key, change]) => changeRow(key, change, now))
      .toReversed(),
};

/** A version may change an entry once, but a server that starts anew counts its versions again: the time tells them apart. */
function numbered(all: readonly FoldedChange[]): readonly (readonly [key: string, change: FoldedChange])[] {
  return all.map((change) => [`${change.at} ${change.version} ${change.app} ${change.id}`, change]);
}

function changeRow(key: string, change: FoldedChange, now: number): Row {
  const { at, version, app, kind, cause } = change;
  const entry = entryText(change);
  const ago = at === undefined ? '-' : age(now - Date.parse(at));
  const what = `${changedText(change)}: ${cause.reason}`;
  return row(key, [clockTime(at), ago, app, kind, entry, what], kind === 'deleted' ? 'warning' : 'plain', () => ({
    title: `${app}, version ${version}`,
    lines: [
      ...facts([
        ['change', `${kind} ${entry}`],
        ['at', at],
        ['what', changedText(change)],
        ['why', cause.reason],
        ['source', cause.source],
        ['object', cause.object],
        ['write', cause.write],
        ['hold', cause.guard],
      ]),
      '',
      `${app} as it is now:`,
    ],
    path: explainPath(app),
  }));
}

const callers: View<CallersReport> = {
  path: '/eurek8s/callers',
  columns: [
    { head: 'APPLICATION', least: 12 },
    { head: 'ADDRESS', least: 12 },
    { head: 'CLIENT', least: 18, spare: 2 },
    { head: 'FULL', side: 'right', spare: 3 },
    { head: 'DELTA', side: 'right', spare: 3 },
    { head: 'LOOKS UP', least: 8 },
    { head: 'REGISTERS', least: 9, spare: 1 },
    { head: 'SEEN', side: 'right' },
  ],
  empty: 'nobody has asked anything yet',
  rows: (report, now) => report.callers.map((caller) => callerRow(caller, report, now)),
};

function callerRow(caller: CallerReport, { replica }: CallersReport, now: number): Row {
  const { address, applications: names, client, reads, lookups, registers, lastSeen } = caller;
  const cells = [
    applicationCell(caller),
    address,
    client,
    reads.full,
    reads.delta,
    lookups.length === 0 ? '-' : counted(lookups.length, 'name'),
    registers.map(({ application }) => application).join(' ') || '-',
    lastSeen === undefined ? '-' : age(now - Date.parse(lastSeen)),
  ];
  return row(`${address} ${client}`, cells, 'plain', () => ({
    title: caller.application ?? address,
    lines: [
      ...facts([
        ['address', address],
        ['application', names.join(' or ') || 'unknown'],
        ['client', client],
        ['says it is', [caller.identity.name, caller.identity.version, caller.identity.id].filter(Boolean).join(' ')],
        ['credentials', caller.credentials.join(', ')],
        ['first seen', caller.firstSeen],
        ['last seen', lastSeen],
        ['seen by', replica.name],
        ['reads', countsText(reads)],
      ]),
      ...(lookups.length === 0 ? [] : ['', 'looks up:']),
      ...facts(
        lookups.map((each) => [
          `  ${each.kind} ${each.name}`,
          `${counted(each.count, 'time')}, finds ${each.applications.join(', ') || 'nothing'}`,
        ]),
      ),
      ...(registers.length === 0 ? [] : ['', 'registers:']),
      ...facts(
        registers.map(({ application, lastSeen: _seen, ...counts }) => [`  ${application}`, countsText(counts)]),
      ),
    ],
    path: undefined,
  }));
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

export const VIEWS: { readonly [Name in ViewName]: View<Documents[Name]> } = {
  applications,
  sources,
  changes,
  callers,
};

export function rowsOf<Name extends ViewName>(name: Name, document: Documents[Name], now: number): readonly Row[] {
  return VIEWS[name].rows(document, now);
}
