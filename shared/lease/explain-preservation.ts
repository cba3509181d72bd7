import {
  leaseExpirationEnabled,
  RENEWAL_PERCENT_THRESHOLD,
  RENEWALS_PER_MINUTE,
  renewalThreshold,
  type RenewalCounts,
  type SelfPreservation,
} from './self-preservation.ts';

/**
 * `disabled`: off by configuration. `inactive`: leases expire. `starting`: the first complete minute of heartbeats is
 * not over. `idle`: no heartbeats are expected. `silence`: no heartbeat arrives. `too-few`: less than 85 % arrive.
 */
export type PreservationCause = 'disabled' | 'inactive' | 'starting' | 'idle' | 'silence' | 'too-few';

/** Why leases do or do not expire now. Times in epoch milliseconds, counts per minute. */
export interface PreservationReport extends RenewalCounts {
  readonly state: 'off' | 'on';
  readonly cause: PreservationCause;
  /** The heartbeats of all expected clients together. */
  readonly expectedRenewals: number;
  /** Leases expire only while more heartbeats than this arrive. */
  readonly threshold: number;
  readonly since: number | undefined;
  /** When it ends by itself at the latest; `undefined` when that is unknown. */
  readonly endsAt: number | undefined;
  /** One or two sentences for people. */
  readonly text: string;
}

const FIRST_MINUTE_MS = 60_000;

/** `startedAt` and `now` in epoch milliseconds. */
export function explainPreservation(
  preservation: SelfPreservation,
  counts: RenewalCounts,
  startedAt: number,
  now: number,
): PreservationReport {
  const threshold = renewalThreshold(counts.expectedClients);
  const cause = causeOf(preservation, counts, now - startedAt);
  const isOn = cause === 'starting' || cause === 'silence' || cause === 'too-few';
  const endsAt = cause === 'too-few' ? preservation.resetAt : undefined;
  return {
    ...counts,
    state: isOn ? 'on' : 'off',
    cause,
    expectedRenewals: counts.expectedClients * RENEWALS_PER_MINUTE,
    threshold,
    since: isOn ? (preservation.since ?? now) : undefined,
    endsAt,
    text: textOf(cause, counts, threshold, endsAt),
  };
}

function causeOf(preservation: SelfPreservation, counts: RenewalCounts, runningMs: number): PreservationCause {
  if (preservation.mode === 'off') return 'disabled';
  if (leaseExpirationEnabled(preservation.mode, counts)) return 'inactive';
  if (counts.expectedClients === 0) return 'idle';
  if (runningMs < FIRST_MINUTE_MS) return 'starting';
  return counts.renewalsLastMinute === 0 ? 'silence' : 'too-few';
}

function textOf(
  cause: PreservationCause,
  { expectedClients, renewalsLastMinute }: RenewalCounts,
  threshold: number,
  endsAt: number | undefined,
): string {
  const seen = `${renewalsLastMinute} heartbeats arrived in the last minute`;
  const needed = `more than ${threshold} are needed (${RENEWAL_PERCENT_THRESHOLD * 100} % of ${RENEWALS_PER_MINUTE} from each of ${expectedClients} instances)`;
  switch (cause) {
    case 'disabled':
      return 'Self-preservation is switched off: instances without heartbeats expire in any case.';
    case 'inactive':
      return `${seen}, ${needed}: instances without heartbeats expire.`;
    case 'idle':
      return 'No heartbeats are expected, so nothing expires.';
    case 'starting':
      return 'The first complete minute of heartbeats since the start is not over, so nothing expires yet.';
    case 'silence':
      return `No heartbeat at all arrived in the last minute, ${needed}: the fault may be on our side, so nothing expires until heartbeats arrive again.`;
    case 'too-few':
      return `${seen}, ${needed}: nothing expires meanwhile. Ends when enough arrive${endsAt === undefined ? '' : `, or at ${new Date(endsAt).toISOString()}, when instances that stayed silent are no longer expected`}.`;
    default:
      return cause satisfies never;
  }
}
