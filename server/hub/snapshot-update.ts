import type { Chunks } from '../../shared/collections/chunks.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Change } from '../../shared/registry/diff.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';

/** A new snapshot, and what is different in it. */
export interface SnapshotUpdate {
  readonly snapshot: RegistrySnapshot;
  /** The applications that were merged anew; `undefined`: the application does not exist. */
  readonly merged: readonly (readonly [before: MergedApplication | undefined, after: MergedApplication | undefined])[];
  readonly changes: Chunks<Change>;
}
