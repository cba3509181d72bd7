import type { Hold } from '../guard/hold.ts';
import { renderDeltaCost, type DeltaCost } from './delta-cost.ts';
import { renderFiles, reportFiles, type FilesReport, type FollowedFiles } from './files.ts';
import type { World } from '../contribution/contribution.ts';
import { holdLines, reportHold, type HoldReport } from './holds.ts';
import { renderRegistryFile, type RegistryFileReport } from './registry-file.ts';
import { age, indent, printable, table, time } from '../text/printable.ts';

/** One source in `GET /eurek8s/sources`. */
export interface SourceReport {
  readonly id: string;
  readonly world: World;
  readonly required: boolean;
  readonly state: 'starting' | 'synced' | 'stale';
  /** RFC 3339. The last successful exchange with the upstream. */
  readonly lastSuccess: string | undefined;
  /** Milliseconds since then. */
  readonly ageMs: number | undefined;
  readonly lastError: string | undefined;
  /** What is served of it was restored from the registry file, and it has not confirmed it yet. */
  readonly restored: true | undefined;
  /** The removals that are held. */
  readonly holds: readonly HoldReport[];
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** `GET /eurek8s/sources`. */
export interface SourcesReport {
  readonly ready: boolean;
  /** Required sources that reads still wait for. */
  readonly awaited: readonly string[];
  readonly sources: readonly SourceReport[];
  /** Files of the configuration that are followed. */
  readonly files: readonly FilesReport[];
  /** Absent without `snapshot.file`. */
  readonly registryFile: RegistryFileReport | undefined;
  /** Absent before a client has asked for a delta. */
  readonly delta: DeltaCost | undefined;
}

/** What a report needs of a source. Times in epoch milliseconds. */
export interface SourceFacts {
  readonly id: string;
  readonly world: World;
  readonly required: boolean;
  readonly holds: readonly Hold[];
  readonly health: {
    readonly state: 'starting' | 'synced' | 'stale';
    readonly lastSuccessAt: number | undefined;
    readonly lastError: string | undefined;
    readonly detail: Readonly<Record<string, string | number | boolean>>;
    readonly restored?: true;
  };
}

/** `now` in epoch milliseconds. */
export function reportSources(
  sources: readonly SourceFacts[],
  awaited: readonly string[],
  now: number,
  files: readonly FollowedFiles[] = [],
  registryFile?: RegistryFileReport,
  delta?: DeltaCost,
): SourcesReport {
  return {
    files: reportFiles(files, now),
    ready: awaited.length === 0,
    awaited,
    sources: sources.map(({ id, world, required, holds, health }) => ({
      id,
      world,
      required,
      state: health.state,
      lastSuccess: health.lastSuccessAt === undefined ? undefined : time(health.lastSuccessAt),
      ageMs: health.lastSuccessAt === undefined ? undefined : now - health.lastSuccessAt,
      lastError: health.lastError,
      restored: health.restored,
      holds: holds.map((hold) => reportHold(id, hold)),
      detail: health.detail,
    })),
    registryFile,
    delta,
  };
}

/** One line for each source, with its last error and its holds below it. `full` adds all details. */
export function renderSources(report: SourcesReport, detail: 'short' | 'full'): string {
  const rows = report.sources.map((source) => [
    source.id,
    source.state,
    source.ageMs === undefined ? '-' : age(source.ageMs),
    source.required ? 'yes' : 'no',
  ]);
  const below = report.sources.map((source) => [
    ...(source.restored === true ? [indent(restoredText(source))] : []),
    ...(source.lastError === undefined ? [] : [indent(printable(`last error: ${source.lastError}`))]),
    ...source.holds.flatMap(holdLines).map((line) => indent(printable(line))),
    ...(detail === 'full' ? facts(source) : withdrawal(source)),
  ]);
  const sources = table(['SOURCE', 'STATE', 'AGE', 'REQUIRED'], rows, below);
  const waiting = report.ready ? [] : [`reads answer 503: waiting for ${report.awaited.join(', ')}`];
  const files = renderFiles(report.files, detail);
  const registryFile = report.registryFile === undefined ? [] : [renderRegistryFile(report.registryFile)];
  const delta = detail === 'short' || report.delta === undefined ? [] : [`${renderDeltaCost(report.delta)}\n`];
  const lines = [...waiting, sources, ...registryFile].join('\n');
  return [`${lines}\n`, ...(files === '' ? [] : [files]), ...delta].join('\n');
}

function restoredText({ lastSuccess }: SourceReport): string {
  const when = lastSuccess === undefined ? '' : `, last success ${lastSuccess}`;
  return `restored from the registry file${when}: not confirmed by its upstream yet`;
}

/** With `maxAge`: why nothing of the source is served. */
function withdrawal({ detail }: SourceReport): readonly string[] {
  const { withdrawn } = detail;
  return withdrawn === undefined ? [] : [indent(printable(`withdrawn: ${String(withdrawn)}`))];
}

function facts({ detail }: SourceReport): readonly string[] {
  const entries = Object.entries(detail);
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries.map(([key, value]) => indent(`${key.padEnd(width)}  ${printable(String(value))}`));
}
