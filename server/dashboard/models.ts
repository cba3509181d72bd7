import type { FoldedChange } from '../../shared/api/folded-changes.ts';
import type { HoldReport } from '../../shared/api/holds.ts';
import { overviewOf, type Overview } from '../../shared/dashboard/overview.ts';
import type {
  ApplicationPage,
  ApplicationsPage,
  ChangesPage,
  HoldPage,
  MessagePage,
  OverviewPage,
} from '../../shared/dashboard/page.ts';
import { partOf } from '../../shared/dashboard/part.ts';
import { recentChanges } from '../../shared/dashboard/recent.ts';
import { rowsOf } from '../../shared/dashboard/row.ts';
import { look, readRowView } from '../../shared/dashboard/row-view.ts';
import type { Moment } from '../../shared/history/moment.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { time } from '../../shared/text/printable.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { runAtOnce, type Steps } from '../../shared/time-slice.ts';
import { explanationOf, nothingKnownNow, type ExplainPorts } from '../http/explain.ts';
import { sourcesReport, type SourcesReportPorts } from '../http/sources-report.ts';
import { sentence } from './view/said.ts';
import { awaitedSources } from '../http/unready.ts';

export interface ModelPorts extends ExplainPorts, SourcesReportPorts {
  readonly past: {
    /** Epoch milliseconds from which on everything is known. */
    readonly since: number | undefined;
    newestFirst(): Iterable<Moment>;
  };
}

/** A value of the query; of several the first. */
export type Query = (name: string) => string | undefined;

const MAX_ENTRIES = 200;
/** Changes beside something else, and on their own page. */
const FEW_CHANGES = 10;
const MANY_CHANGES = 100;

/** What a page shows, with the status of its answer. */
export interface Answer<Shown> {
  readonly status: number;
  readonly page: Shown | MessagePage;
}

export function overviewNow(ports: ModelPorts): Overview {
  const recent = fewChanges(ports, undefined);
  return overviewOf(ports.registry.snapshot(), sourcesReport(ports), recent, ports.clock.now());
}

export function overviewPage(ports: ModelPorts): Answer<OverviewPage> {
  return { status: 200, page: { kind: 'overview', overview: overviewNow(ports) } };
}

export function applicationsPage(ports: ModelPorts, query: Query): Answer<ApplicationsPage> {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined) return waiting(ports);
  const all = rowsOf(snapshot.applications);
  const view = readRowView(query);
  return {
    status: 200,
    page: {
      kind: 'applications',
      view,
      ...partOf(look(all, view), query('page')),
      total: all.length,
      sources: ports.sources.map(({ id }) => id),
    },
  };
}

export function applicationPage(ports: ModelPorts, app: string, query: Query): Answer<ApplicationPage> {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined) return waiting(ports);
  const name = appName(app);
  const explanation = explanationOf(snapshot, name, ports);
  if (explanation === undefined) return { status: 404, page: unknownApplication(snapshot, app, ports) };
  return {
    status: 200,
    page: {
      kind: 'application',
      explanation,
      changes: fewChanges(ports, name),
      zone: query('zone'),
      shown: query('entries') === 'all' ? Number.MAX_SAFE_INTEGER : MAX_ENTRIES,
    },
  };
}

export function* changesPage(ports: ModelPorts, query: Query): Steps<Answer<ChangesPage>> {
  if (ports.registry.snapshot() === undefined) return waiting(ports);
  const given = query('app') ?? '';
  const app = given === '' ? undefined : appName(given);
  const version = query('before') ?? '';
  const before = /^\d{1,15}$/.test(version) ? Number(version) : undefined;
  const { past } = ports;
  const recent = yield* recentChanges(past.newestFirst(), { limit: MANY_CHANGES, app, before });
  const oldest = past.since === undefined ? undefined : time(past.since);
  return { status: 200, page: { kind: 'changes', recent, app, isLatest: before === undefined, oldest } };
}

function fewChanges({ past }: ModelPorts, app: AppName | undefined): readonly FoldedChange[] {
  return runAtOnce(recentChanges(past.newestFirst(), { limit: FEW_CHANGES, app, before: undefined })).changes;
}

export function holdPage(holds: readonly HoldReport[], id: string): Answer<HoldPage> {
  const hold = holds.find((each) => each.id === id);
  return hold === undefined ? { status: 404, page: noHold(id) } : { status: 200, page: { kind: 'hold', hold } };
}

export function noHold(id: string): MessagePage {
  return message('missing', 'There is no such hold', [
    `A hold ${id} is not here: it was released or confirmed, or the source lists again what was missing.`,
  ]);
}

export function message(tone: MessagePage['tone'], title: string, lines: readonly string[]): MessagePage {
  return { kind: 'message', tone, title, lines };
}

export function waiting(ports: ModelPorts): Answer<never> {
  const lines = [
    `This server is ${awaitedSources(ports)}.`,
    'Until then clients get 503 and keep the registry that they have. This page goes on by itself.',
  ];
  return { status: 503, page: message('waiting', 'Nothing is served yet', lines) };
}

function unknownApplication(snapshot: RegistrySnapshot, app: string, ports: ModelPorts): MessagePage {
  const name = appName(app);
  return message('missing', `${name} is not known`, [sentence(nothingKnownNow(snapshot, name, ports))]);
}
