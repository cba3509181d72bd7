import type { AppContribution } from '../../shared/contribution/contribution.ts';
import type { AppName } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Source } from './source.ts';

/** What is worth keeping for a restart: of each source that is known in full, and of each application. */
export interface RegistryContents {
  readonly sources: readonly {
    readonly source: Source;
    readonly contributions: ReadonlyMap<AppName, AppContribution>;
  }[];
  readonly applications: readonly MergedApplication[];
}
