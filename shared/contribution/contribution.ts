import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, SourceId } from '../model/names.ts';
import type { Publication } from './publication.ts';
import type { Refusal } from './refusal.ts';

/** Where an entry comes from: a registry of Eureka clients (the legacy, our own leases) or Kubernetes. */
export type World = 'legacy' | 'kubernetes';

/** What one source contributes to one application now. Never mutated: a change is a new object. */
export interface AppContribution {
  /** Real registrations, served as they are. */
  readonly instances: readonly InstanceRecord[];
  /** Ingresses that shall become entries. The merge makes instances out of them, because these depend on the twins. */
  readonly publications: readonly Publication[];
  /** Candidates that the source could not turn into a publication, with the reason. */
  readonly refusals: readonly Refusal[];
}

export const NO_CONTRIBUTION: AppContribution = { instances: [], publications: [], refusals: [] };

/** The contribution of one source to an application. Lists of them are in the order of precedence. */
export interface SourceContribution {
  readonly source: SourceId;
  readonly contribution: AppContribution;
}

/** The new contributions of one source to some applications. `undefined`: it contributes nothing any more. */
export type ContributionUpdate = ReadonlyMap<AppName, AppContribution | undefined>;
