import type { InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import type { Publication } from './publication.ts';
import type { Refusal } from './refusal.ts';

/** Where an entry lives: in the world being left (legacy registry, our own leases) or in Kubernetes. */
export type World = 'legacy' | 'kubernetes';

/** What one source says about one application now. Never mutated: a change is a new object. */
export interface AppContribution {
  /** Real registrations, served as they are. */
  readonly instances: readonly InstanceRecord[];
  /** Kubernetes routes that want to become entries; merge turns them into instances, as they depend on the twins. */
  readonly publications: readonly Publication[];
  /** Candidates that the source itself could not turn into a publication, with the reason. */
  readonly refusals: readonly Refusal[];
}

export const NO_CONTRIBUTION: AppContribution = { instances: [], publications: [], refusals: [] };

/** New state of some applications of one source. `undefined` means that the source has nothing on it any more. */
export type ContributionUpdate = ReadonlyMap<AppName, AppContribution | undefined>;
