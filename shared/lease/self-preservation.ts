/** The part of the expected heartbeats that must arrive for leases to expire: stock's renewal-percent-threshold. */
export const RENEWAL_PERCENT_THRESHOLD = 0.85;

/** Heartbeats that stock expects of a client in a minute, whatever interval the client asked for. */
export const RENEWALS_PER_MINUTE = 60 / 30;

/**
 * Self-preservation without a break ends after this time: silent leases are no longer expected to renew. Stock resets
 * its expectation as often, but only while less than 15 % are missing, so there it may last for ever.
 */
const RESET_PERIOD_MS = 15 * 60_000;

/** `off`: leases expire whatever the heartbeats look like (enable-self-preservation=false). */
export type SelfPreservationMode = 'on' | 'off';

export interface RenewalCounts {
  /** Leases whose heartbeats are expected. */
  readonly expectedClients: number;
  /** Heartbeats in the last complete minute. */
  readonly renewalsLastMinute: number;
}

/** Heartbeats per minute. Leases expire only while more than this arrive. */
export function renewalThreshold(expectedClients: number): number {
  return Math.floor(expectedClients * RENEWALS_PER_MINUTE * RENEWAL_PERCENT_THRESHOLD);
}

/**
 * Whether silent leases may be evicted. Without expected heartbeats stock evicts nothing, as silence proves nothing
 * then.
 */
export function leaseExpirationEnabled(mode: SelfPreservationMode, counts: RenewalCounts): boolean {
  if (mode === 'off') return true;
  const threshold = renewalThreshold(counts.expectedClients);
  return threshold > 0 && counts.renewalsLastMinute > threshold;
}

/** Measures how long self-preservation lasts. Times in epoch milliseconds. */
export class SelfPreservation {
  readonly mode: SelfPreservationMode;
  #since: number | undefined;
  #resetAt: number | undefined;

  constructor(mode: SelfPreservationMode) {
    this.mode = mode;
  }

  /** When self-preservation began; `undefined` while leases may expire. */
  get since(): number | undefined {
    return this.#since;
  }

  /** When silent leases will no longer be expected to renew; `undefined` when no such time is set. */
  get resetAt(): number | undefined {
    return this.#resetAt;
  }

  /**
   * Must be called regularly. `reset-due`: self-preservation has lasted for a whole period since it began or was reset.
   * The period does not run without any heartbeat: that is no evidence against a single instance, and after an outage
   * of ours the clients come back over several minutes.
   */
  observe(counts: RenewalCounts, now: number): 'nothing' | 'reset-due' {
    if (counts.expectedClients === 0 || leaseExpirationEnabled(this.mode, counts)) {
      this.#since = undefined;
      this.#resetAt = undefined;
      return 'nothing';
    }
    this.#since ??= now;
    if (counts.renewalsLastMinute === 0) {
      this.#resetAt = undefined;
      return 'nothing';
    }
    this.#resetAt ??= now + RESET_PERIOD_MS;
    if (now < this.#resetAt) return 'nothing';
    this.#resetAt = now + RESET_PERIOD_MS;
    return 'reset-due';
  }
}
