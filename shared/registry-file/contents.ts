import type { AppContribution } from '../contribution/contribution.ts';
import type { AppName, SourceId } from '../model/names.ts';
import type { MergeMemory } from '../registry/application.ts';

/** What is kept of one source, for a start at which it does not answer. */
export interface StoredPart {
  readonly source: SourceId;
  /** Epoch milliseconds of the source's last success. A restore does not renew it. */
  readonly lastSuccessAt: number;
  /**
   * What of the configuration the part rests on: the URLs of a registry, the selection of a cluster. It is of use as long
   * as the configuration of the start has one of these texts too.
   */
  readonly basis: readonly string[];
  /** What the source needs beside its contributions, as JSON that it writes and checks itself. */
  readonly state: unknown;
  readonly contributions: ReadonlyMap<AppName, AppContribution>;
  /** What the source needs of each application beside its contribution, likewise as JSON of its own. */
  readonly details: ReadonlyMap<AppName, readonly unknown[]>;
}

/** What a registry file holds. */
export interface StoredRegistry {
  /** Epoch milliseconds. */
  readonly writtenAt: number;
  readonly parts: ReadonlyMap<SourceId, StoredPart>;
  readonly memory: ReadonlyMap<AppName, MergeMemory>;
}
