import type { InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import type { Skipped } from './decode-error.ts';

export interface DecodedApplication {
  readonly name: AppName;
  readonly instances: readonly InstanceRecord[];
}

/** What a registry, or the changes of one, says beside its applications. Known once it was read to its end. */
export interface DocumentFacts {
  readonly versionsDelta: string | undefined;
  /** Of the whole registry, also in a delta. */
  readonly hashCode: string | undefined;
  /** What could not be read and is in no application; each is a difference between us and the hash code. */
  readonly skipped: readonly Skipped[];
}

/** A registry, or the changes of one, as another server gave it. */
export interface DecodedApplications extends DocumentFacts {
  readonly applications: readonly DecodedApplication[];
}

/** Takes the applications of a document one by one. Until the document was read to its end they mean nothing. */
export interface ApplicationIntake {
  add(application: DecodedApplication): void;
  /** What was added before does not count: its key came twice, and the last one counts. */
  restart(): void;
}
