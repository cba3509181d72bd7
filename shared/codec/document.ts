import type { InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import type { Skipped } from './decode-error.ts';

export interface DecodedApplication {
  readonly name: AppName;
  readonly instances: readonly InstanceRecord[];
}

/** What a document of applications states beside them. Known once the document has been read to its end. */
export interface DocumentFacts {
  readonly versionsDelta: string | undefined;
  /** Of the whole registry, also in a delta. */
  readonly hashCode: string | undefined;
  /** How many instances it lists, unreadable ones and repeated ones included. */
  readonly listed: number;
  /** What could not be read and is in no application. The hash code counts it all the same. */
  readonly skipped: readonly Skipped[];
}

/** Takes the applications of a document one by one. They count only once the document has been read to its end. */
export interface ApplicationIntake {
  add(application: DecodedApplication): void;
  /** Drops what was added before: the key of the list came twice, and the last one counts. */
  restart(): void;
}
