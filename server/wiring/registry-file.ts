import type { RegistryFileFacts, StartFacts } from '../../shared/api/registry-file.ts';
import type { Config } from '../../shared/config/config.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import { within } from '../../shared/within.ts';
import type { Hub } from '../hub/hub.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Source } from '../ports/source.ts';
import { RegistryFileWriter } from '../registry-file/registry-file-writer.ts';
import { restoreRegistry } from '../registry-file/restoring.ts';
import { WriteHistory } from '../registry-file/write-history.ts';
import { basesOf } from './bases.ts';

/** Milliseconds that the last write of a process may take. */
const LAST_WRITE_MS = 3_000;

export interface RegistryFileEdges {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly newTimeSlice: NewTimeSlice;
  /** A random id of this process. */
  readonly self: string;
}

/** The file of `snapshot.file`: read before the sources start, written from then on. */
export interface RegistryFile {
  /** Must be called before the hub starts. */
  restore(): Promise<void>;
  /** `undefined` before the restore is done. */
  facts(): RegistryFileFacts | undefined;
  /** Resolves with what did not end in time. */
  stop(): Promise<readonly string[]>;
}

/** `undefined` when none is configured: then nothing is read or written. */
export function wireRegistryFile(
  config: Config,
  hub: Hub,
  sources: readonly Source[],
  edges: RegistryFileEdges,
): RegistryFile | undefined {
  const { file, maxAge } = config.snapshot;
  if (file === undefined) return undefined;
  const { clock, log, metrics, newTimeSlice, self } = edges;
  const bases = basesOf(config);
  const history = new WriteHistory(file, clock, log, metrics);
  const contents = (): ReturnType<Hub['contents']> => hub.contents();
  const writer = new RegistryFileWriter({ path: file, owner: self, bases, contents, history, clock, newTimeSlice });
  let start: StartFacts | undefined;
  return {
    restore: async () => {
      start = await restoreRegistry({ path: file, maxAge, bases, clock, log, newTimeSlice }, hub, sources);
      metrics.gauge('registry_file_unusable', start.kind === 'unusable' ? 1 : 0);
      hub.onUpdate(({ merged }) => {
        if (merged.length > 0) writer.noteChange();
      });
      hub.onStateChange(() => writer.noteChange());
      writer.start();
    },
    facts: () => start && { file, problem: history.problem, lastWrite: history.last, start },
    stop: () =>
      within(
        LAST_WRITE_MS,
        clock,
        writer.stop().then(() => []),
        ['registry file'],
      ),
  };
}
