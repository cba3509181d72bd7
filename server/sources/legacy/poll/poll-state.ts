import { absent, object, text, truth } from '../../../../shared/data/shape.ts';

/** What a restart needs of the polls. What is not known, or was written by a version that did not keep it, is absent. */
export interface PollState {
  /** Whether a list was seen that has what its hash code counts. */
  readonly countsAreTrue?: boolean;
  /** The URL of the server that answered last, without user-info. What is served is what that one listed. */
  readonly server?: string;
}

export const pollState = object<PollState>({ countsAreTrue: absent(truth), server: absent(text) });

export function samePolls(a: PollState, b: PollState): boolean {
  return a.countsAreTrue === b.countsAreTrue && a.server === b.server;
}
