import type { LeaseOutcome } from '../../../shared/lease/lease-registry.ts';
import type { ReplicationEffect } from '../../../shared/lease/replication.ts';
import { TOO_LARGE, type WriteOutcome } from '../../ports/writes.ts';

export const NOT_RUNNING: WriteOutcome = { status: 503, reason: 'the registry is not running' };

const DONE: WriteOutcome = { status: 200, reason: undefined };
/** The registry refuses no registration of a client. */
export const REGISTERED: WriteOutcome = { status: 204, reason: undefined };

/** The answer to a client. */
export function outcomeOf(outcome: LeaseOutcome): WriteOutcome {
  switch (outcome) {
    case 'done':
      return DONE;
    case 'not-found':
      return { status: 404, reason: 'no lease for this instance' };
    case 'unknown-status':
      return { status: 404, reason: 'status is UNKNOWN, register again' };
    case 'newer-data':
      return { status: 404, reason: 'newer lastDirtyTimestamp than registered, register again' };
    case 'too-large':
      return TOO_LARGE;
    default:
      return outcome satisfies never;
  }
}

/** The answer to a peer: it also learns of conflicts and of what is rejected. */
export function peerOutcomeOf(effect: ReplicationEffect): WriteOutcome {
  switch (effect.outcome) {
    case 'conflict':
      return { status: 409, reason: 'older lastDirtyTimestamp than registered here', entity: effect.record };
    case 'rejected':
      return { status: 500, reason: effect.reason };
    case 'done':
    case 'not-found':
    case 'unknown-status':
    case 'newer-data':
    case 'too-large':
      return outcomeOf(effect.outcome);
    default:
      return effect satisfies never;
  }
}
