import type { InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import type { Skipped } from './decode-error.ts';

export interface DecodedApplication {
  readonly name: AppName;
  readonly instances: readonly InstanceRecord[];
}

/** A registry, or the changes of one, as another server gave it. */
export interface DecodedApplications {
  readonly versionsDelta: string | undefined;
  /** Of the whole registry, also in a delta. */
  readonly hashCode: string | undefined;
  readonly applications: readonly DecodedApplication[];
  /** What could not be read and is in no application; each is a difference between us and the hash code. */
  readonly skipped: readonly Skipped[];
}
