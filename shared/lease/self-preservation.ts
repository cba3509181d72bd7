/** Part of the expected heartbeats that must arrive for leases to expire: stock's renewal-percent-threshold. */
export const RENEWAL_PERCENT_THRESHOLD = 0.85;

/** Heartbeats stock expects of a client in a minute, whatever interval it asked for. */
export const RENEWALS_PER_MINUTE = 60 / 30;

/**
 * Protection that has lasted for this long without a break ends: what stayed silent is no longer expected to renew.
 * Stock resets its expectation as often, but only while less than 15 % are missing, so there it may last for ever.
 */
export const RESET_PERIOD_MS = 15 * 60_000;

/** `off`: leases expire whatever the heartbeats look like (enable-self-preservation=false). */
export type SelfPreservationMode = 'on' | 'off';

export interface RenewalCounts {
  /** Leases whose heartbeats are expected. */
  readonly expectedClients: number;
  /** Heartbeats in the last complete minute. */
  readonly renewalsLastMinute: number;
}

/** Heartbeats per minute that must be exceeded for leases to expire. */
export function renewalThreshold(expectedClients: number): number {
  return Math.floor(expectedClients * RENEWALS_PER_MINUTE * RENEWAL_PERCENT_THRESHOLD);
}

/** Whether silent leases may be evicted. With nothing expected stock evicts nothing: silence says nothing then. */
export function leaseExpirationEnabled(mode: SelfPreservationMode, counts: RenewalCounts): boolean {
  if (mode === 'off') return true;
  const threshold = renewalThreshold(counts.expectedClients);
  return threshold > 0 && counts.renewalsLastMinute > threshold;
}

/** Watches how long evictions have been held back. Times in epoch milliseconds. */
export class SelfPreservation {
  readonly mode: SelfPreservationMode;
  #since: number | undefined;
  #resetAt: number | undefined;

  constructor(mode: SelfPreservationMode) {
    this.mode = mode;
  }

  /** Since when evictions have been held back; `undefined` while they are not. */
  get since(): number | undefined {
    return this.#since;
  }

  /** When silent instances stop being expected; `undefined` when that is not going to happen. */
  get resetAt(): number | undefined {
    return this.#resetAt;
  }

  /**
   * To be told regularly; `reset-due` when protection has lasted for a whole period since it began or was reset.
   * Without a single heartbeat the period does not run: that is no evidence against any one instance, and after an
   * outage of ours the clients come back over several minutes.
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
