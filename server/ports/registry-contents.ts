import type { AppContribution } from '../../shared/contribution/contribution.ts';
import type { AppName } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Source } from './source.ts';

/** What a restart needs: the contributions of each source with a complete view, and the merged applications. */
export interface RegistryContents {
  readonly sources: readonly {
    readonly source: Source;
    readonly contributions: ReadonlyMap<AppName, AppContribution>;
  }[];
  readonly applications: readonly MergedApplication[];
  /** `versions__delta`. */
  readonly version: number;
}
