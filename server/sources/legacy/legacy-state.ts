import { absent, object } from '../../../shared/data/shape.ts';
import { pollState, type PollState } from './poll/poll-state.ts';
import { viewMembers, type ViewState } from './view/view-state.ts';

/** What a restart needs of the source beside its contributions. */
export interface LegacyState extends ViewState {
  /** Absent in files of versions that did not keep it. */
  readonly poll?: PollState;
}

export const legacyState = object<LegacyState>({ ...viewMembers, poll: absent(pollState) });
