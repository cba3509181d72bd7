import type { ApplicationReport } from '../../shared/api/apps.ts';
import type { CallerReport, CallersReport } from '../../shared/api/census.ts';
import type { ChangeReport } from '../../shared/api/changes.ts';
import type { HoldReport } from '../../shared/api/holds.ts';
import type { SourceReport, SourcesReport } from '../../shared/api/sources.ts';
import type { ReadCounts } from '../../shared/census/caller.ts';
import { appName } from '../../shared/model/names.ts';
import { readKeys } from '../../shared/top/key.ts';
import type { Size } from '../../shared/top/line.ts';
import { press } from '../../shared/top/press.ts';
import { screen } from '../../shared/top/screen.ts';
import { initialState, receive, type TopState } from '../../shared/top/state.ts';

export const SIZE: Size = { columns: 80, rows: 24 };
export const NOW = Date.UTC(2026, 2, 1);

/** Before the first answer. */
export const START = initialState('http://eurek8s:8761');

export const HOLD: HoldReport = {
  id: 'legacy-1',
  source: 'legacy',
  what: 'the registry went from 4 instances to none',
  counted: 'instance',
  instances: 4,
  instancesBefore: 4,
  applications: 1,
  held: [{ name: appName('ORDERS'), count: 4, first: ['a', 'b', 'c', 'd'] }],
  since: '2026-02-28T23:59:00Z',
  releasesAt: undefined,
  kept: true,
};

export function application(name: string, changes: Partial<ApplicationReport> = {}): ApplicationReport {
  const counts = { legacy: 1, copies: 0, kubernetes: 0, up: 1, hidden: 0, refused: 0 };
  return { name, stage: 'legacy-only', status: 'UP', share: undefined, ...counts, ...changes };
}

export function source(id: string, changes: Partial<SourceReport> = {}): SourceReport {
  return {
    id,
    world: 'legacy',
    state: 'synced',
    required: true,
    ageMs: 1,
    lastSuccess: undefined,
    lastError: undefined,
    detail: {},
    holds: [],
    restored: undefined,
    ...changes,
  };
}

export function sourcesReport(sources: readonly SourceReport[], changes: Partial<SourcesReport> = {}): SourcesReport {
  return { ready: true, awaited: [], delta: undefined, sources, files: [], registryFile: undefined, ...changes };
}

/** One minute old. */
export function change(app: string, id: string, changes: Partial<ChangeReport> = {}): ChangeReport {
  return {
    at: '2026-02-28T23:59:00Z',
    version: 1,
    app,
    id,
    kind: 'added',
    status: 'UP',
    fields: [],
    values: [],
    cause: { source: 'legacy', reason: 'legacy lists it now' },
    ...changes,
  };
}

/** The second line of each screen with room for it. */
export const VIEWS_LINE = ' <1> applications  <2> sources  <3> changes  <4> callers';

export const NO_READS: ReadCounts = {
  full: 0,
  delta: 0,
  app: 0,
  vip: 0,
  svip: 0,
  instance: 0,
  json: 0,
  xml: 0,
  compact: 0,
  gzip: 0,
};

/** Of an unknown application, which asked five minutes ago for the last time. */
export function caller(address: string, changes: Partial<CallerReport> = {}): CallerReport {
  return {
    address,
    application: undefined,
    applications: [],
    place: undefined,
    client: 'curl/8.1',
    identity: { name: undefined, version: undefined, id: undefined },
    credentials: [],
    firstSeen: '2026-02-28T23:00:00Z',
    lastSeen: '2026-02-28T23:55:00Z',
    reads: NO_READS,
    lookups: [],
    registers: [],
    notKept: { lookups: 0, registers: 0 },
    ...changes,
  };
}

export function callersReport(...callers: readonly CallerReport[]): CallersReport {
  return { replica: { name: 'eurek8s-0', since: undefined }, callers, forgotten: 0 };
}

export function withApplications(...applications: readonly ApplicationReport[]): TopState {
  return receive(START, 'applications', { applications }, NOW);
}

/** A0, A1, A2 … */
export function several(count: number): TopState {
  return withApplications(...Array.from({ length: count }, (_, i) => application(`A${i}`)));
}

/** As the program does: the sources are a view, and in the first line. */
export function withSources(state: TopState, sources: SourcesReport): TopState {
  return { ...receive(state, 'sources', sources, NOW), sources };
}

export function typed(state: TopState, keys: string, size = SIZE): TopState {
  const { keys: read, rest } = readKeys(keys);
  const all = rest === '' ? read : [...read, { kind: 'escape' } as const];
  return all.reduce((state, key) => press(state, key, size).state, state);
}

export function shown(state: TopState, size = SIZE): readonly string[] {
  return screen(state, size, NOW).map((line) => line.map(({ text }) => text).join(''));
}

/** The screen as it looks: its lines without the blanks at their ends. */
export function picture(state: TopState, size = SIZE, now = NOW): string {
  const lines = screen(state, size, now).map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** The part of the screen that is of the view: without the two lines above it, and the one below. */
export function middle(state: TopState, size = SIZE): string {
  return picture(state, size).split('\n').slice(2, -1).join('\n').trimEnd();
}

export function text(...lines: readonly string[]): string {
  return lines.join('\n');
}

/** How each line of the screen stands out; of several parts all that are not blank. */
export function lineStyles(state: TopState, size = SIZE): readonly string[] {
  return screen(state, size, NOW).map((line) =>
    line
      .filter(({ text, style }) => style === 'selected' || text.trim() !== '')
      .map(({ style }) => style)
      .join(' '),
  );
}

/** The first words of the rows that are on the screen. */
export function namesOn(state: TopState, size = SIZE): string {
  const lines = shown(state, size).slice(3, -1);
  return lines
    .map((line) => line.trim().split(' ')[0])
    .join(' ')
    .trim();
}
