import type { DeltaCost } from '../../shared/api/delta-cost.ts';
import type { FollowedFiles } from '../../shared/api/files.ts';
import { reportRegistryFile, type RegistryFileFacts } from '../../shared/api/registry-file.ts';
import { reportSources, type SourcesReport } from '../../shared/api/sources.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';

export interface SourcesReportPorts {
  readonly clock: Clock;
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
  readonly files: () => readonly FollowedFiles[];
  /** Of `snapshot.file`; `undefined` without one. */
  readonly registryFile: () => RegistryFileFacts | undefined;
  /** What the delta costs those who poll it; `undefined` before anybody has. */
  readonly deltaCost: () => DeltaCost | undefined;
}

/** The health of every source, and of the files that the server follows and writes. */
export function sourcesReport(ports: SourcesReportPorts): SourcesReport {
  const { clock, registry, sources, files, registryFile, deltaCost } = ports;
  const now = clock.now();
  const file = registryFile();
  return reportSources(
    sources.map((source) => ({
      id: source.id,
      world: source.world,
      required: source.required,
      holds: source.holding?.holds() ?? [],
      health: source.health(),
    })),
    registry.awaited(),
    now,
    files(),
    file && reportRegistryFile(file, now),
    deltaCost(),
  );
}
