import { absent, branded, list, number, object, text, truth, type Members } from '../../../../shared/data/shape.ts';
import { brakeState, type BrakeState } from '../../../../shared/guard/brake-state.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';

/**
 * What a restart needs of the view beside its contributions, in which the records are. Of the answers nothing but what
 * they listed matters to it: the first fetch of a process is a full one.
 */
export interface ViewState {
  readonly brake: BrakeState;
  readonly pending: readonly PendingState[];
}

/** A write that lists did not show yet. */
export interface PendingState {
  readonly app: AppName;
  readonly id: InstanceId;
  readonly written: boolean;
  /** Whether the lists show the instance as it was before. */
  readonly listed: boolean;
  /** Epoch milliseconds when it was written or last confirmed. */
  readonly writtenAt: number;
  readonly version?: number;
  /** After a cancel: `lastDirtyTimestamp` of what was cancelled. */
  readonly dirtyAt?: number;
  /** `lastUpdatedTimestamp` that the lists had when it was written. */
  readonly listedAt?: number;
  /** The URL of the server that took it, without user-info. */
  readonly by?: string;
}

const pending = object<PendingState>({
  app: branded<AppName>(),
  id: branded<InstanceId>(),
  written: truth,
  listed: truth,
  writtenAt: number,
  version: absent(number),
  dirtyAt: absent(number),
  listedAt: absent(number),
  by: absent(text),
});

export const viewMembers: Members<ViewState> = { brake: brakeState, pending: list(pending) };
