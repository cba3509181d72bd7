import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';

/** What readers see of the hub. */
export interface RegistryView {
  /** The current registry; `undefined` until every required source has given its first complete view. */
  snapshot(): RegistrySnapshot | undefined;
  /** Required sources that reads still wait for. */
  awaited(): readonly string[];
}
