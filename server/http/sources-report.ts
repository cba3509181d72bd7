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
}

/** The health of every source, and of the files that the server follows and writes. */
export function sourcesReport({ clock, registry, sources, files, registryFile }: SourcesReportPorts): SourcesReport {
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
  );
}
