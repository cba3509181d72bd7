import type { AppName } from '../model/names.ts';
import type { Cause } from './cause.ts';
import type { EntryChange } from './entry-change.ts';
import type { ApplicationPatch } from './patch.ts';

/** One change of a served entry, with its cause. */
export interface PastChange {
  /** Epoch milliseconds of the answer that has it first. */
  readonly at: number;
  readonly version: number;
  readonly app: AppName;
  readonly entry: EntryChange;
  readonly cause: Cause;
}

/** Everything that one snapshot has otherwise than the one before. */
export interface Moment {
  readonly at: number;
  readonly version: number;
  readonly patches: readonly ApplicationPatch[];
  readonly changes: readonly PastChange[];
  /** Bytes, about. */
  readonly weight: number;
}
