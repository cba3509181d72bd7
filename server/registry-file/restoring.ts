import { errorText } from '../../shared/error-text.ts';
import type { StartFacts } from '../../shared/api/registry-file.ts';
import type { AppContribution } from '../../shared/contribution/contribution.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { MergeMemory } from '../../shared/registry/application.ts';
import { admit } from '../../shared/registry-file/admission.ts';
import type { StoredRegistry } from '../../shared/registry-file/contents.ts';
import { err, type Result } from '../../shared/result.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import { within } from '../../shared/within.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Source } from '../ports/source.ts';
import { readRegistryFile } from './file-reading.ts';

/** Milliseconds. A mount that does not answer must not prevent the start. */
const READ_LIMIT_MS = 10_000;
/**
 * Versions that a process may have given after its last one in the file, because it may end at any moment: 5,000 changes
 * a second for two seconds.
 */
const UNWRITTEN_VERSIONS = 10_000;

export interface RestoreParts {
  readonly path: string;
  /** Milliseconds. */
  readonly maxAge: number;
  /** The basis of each source in the current configuration. */
  readonly bases: ReadonlyMap<SourceId, readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newTimeSlice: NewTimeSlice;
}

/** Receives the contributions, the merge memories and the version to go on from. */
export interface RestoreTarget {
  restore(
    parts: ReadonlyMap<SourceId, ReadonlyMap<AppName, AppContribution>>,
    memory: ReadonlyMap<AppName, MergeMemory>,
    version: number,
  ): void;
}

/**
 * Restores the hub and the sources from the file of a previous process, before they start. No problem with the file
 * prevents the start.
 */
export async function restoreRegistry(
  parts: RestoreParts,
  hub: RestoreTarget,
  sources: readonly Source[],
): Promise<StartFacts> {
  const { path, clock, log, newTimeSlice } = parts;
  const late = err('the file system does not answer');
  const found: Result<StoredRegistry | undefined, string> = await within(
    READ_LIMIT_MS,
    clock,
    readRegistryFile(path, newTimeSlice),
    late,
  );
  if (!found.ok) {
    log.error({ file: path, reason: found.error }, 'the registry file is not used: reads wait for the sources');
    return { kind: 'unusable', reason: found.error };
  }
  if (found.value === undefined) {
    log.info({ file: path }, 'no registry file yet: reads wait for the sources');
    return { kind: 'no-file' };
  }
  return take(parts, found.value, hub, sources);
}

function take(
  { path, maxAge, bases, clock, log }: RestoreParts,
  stored: StoredRegistry,
  hub: RestoreTarget,
  sources: readonly Source[],
): StartFacts {
  const admission = admit(stored, bases, maxAge, clock.now());
  const dropped = [...admission.dropped];
  const restored = new Map<SourceId, ReadonlyMap<AppName, AppContribution>>();
  for (const source of sources) {
    const part = admission.parts.get(source.id);
    if (part === undefined) continue;
    try {
      source.restore?.(part);
      restored.set(source.id, source.shown?.(part.contributions) ?? part.contributions);
    } catch (error) {
      const reason = `its state is not what this version writes: ${errorText(error)}`;
      dropped.push({ source: source.id, reason });
    }
  }
  for (const { source, reason } of dropped)
    log.warn({ file: path, source, reason }, 'a part of the registry file is not used');
  hub.restore(restored, admission.memory, (stored.version ?? 0) + UNWRITTEN_VERSIONS);
  const facts = { file: path, writtenAt: new Date(stored.writtenAt).toISOString(), sources: [...restored.keys()] };
  if (restored.size > 0) log.info(facts, 'restored from the registry file: each source is stale until it answers');
  return { kind: 'read', writtenAt: stored.writtenAt, restored: [...restored.keys()], dropped };
}
