import type { AppContribution } from '../contribution/contribution.ts';
import type { AppName, SourceId } from '../model/names.ts';
import type { MergeMemory } from '../registry/application.ts';

/** What the file keeps of one source, for a start at which its upstream does not answer. */
export interface StoredPart {
  readonly source: SourceId;
  /** Epoch milliseconds of the source's last success. A restore does not renew it. */
  readonly lastSuccessAt: number;
  /**
   * The configuration that the part depends on: the URLs of a registry, the selection of a cluster. The part is usable
   * when the configuration at the start has at least one of these texts.
   */
  readonly basis: readonly string[];
  /** What the source needs besides its contributions: JSON that it writes and checks itself. */
  readonly state: unknown;
  readonly contributions: ReadonlyMap<AppName, AppContribution>;
  /** What the source needs for each application besides its contribution: JSON of its own as well. */
  readonly details: ReadonlyMap<AppName, readonly unknown[]>;
}

/** The content of a registry file. */
export interface StoredRegistry {
  /** Epoch milliseconds. */
  readonly writtenAt: number;
  /** `versions__delta` then; `undefined`: the file was written before versions were kept. */
  readonly version: number | undefined;
  readonly parts: ReadonlyMap<SourceId, StoredPart>;
  readonly memory: ReadonlyMap<AppName, MergeMemory>;
}
