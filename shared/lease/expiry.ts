import { compensationMs, EVICTION_INTERVAL_MS, evictionLimit, pickAtRandom } from './eviction.ts';
import { explainPreservation, type PreservationReport } from './explain-preservation.ts';
import { isExpired, type Lease } from './lease.ts';
import type { LeaseTable } from './lease-table.ts';
import { RenewalRate } from './renewal-rate.ts';
import {
  leaseExpirationEnabled,
  type RenewalCounts,
  SelfPreservation,
  type SelfPreservationMode,
} from './self-preservation.ts';

export interface ExpiryOptions {
  readonly selfPreservation: SelfPreservationMode;
  readonly evictionIntervalMs: number;
}

export const DEFAULT_EXPIRY: ExpiryOptions = { selfPreservation: 'on', evictionIntervalMs: EVICTION_INTERVAL_MS };

/** Decides which leases end for lack of heartbeats. Times in epoch milliseconds. */
export class Expiry {
  readonly #leases: LeaseTable;
  readonly #startedAt: number;
  readonly #intervalMs: number;
  readonly #rate: RenewalRate;
  readonly #preservation: SelfPreservation;
  #lastRunAt: number | undefined;

  constructor(leases: LeaseTable, startedAt: number, options: ExpiryOptions) {
    this.#leases = leases;
    this.#startedAt = startedAt;
    this.#intervalMs = options.evictionIntervalMs;
    this.#rate = new RenewalRate(startedAt);
    this.#preservation = new SelfPreservation(options.selfPreservation);
  }

  countHeartbeat(now: number): void {
    this.#rate.count(now);
  }

  /** Whether the next run of the evictor could take this lease. */
  isDue(lease: Lease, now: number): boolean {
    return isExpired(lease, now) && this.#isEnabled(now);
  }

  /**
   * One run of the evictor, due every interval. Returns the slots of the leases to end, none under self-preservation.
   */
  run(now: number, random: () => number): readonly number[] {
    const extraMs = compensationMs(this.#lastRunAt, now, this.#intervalMs);
    this.#lastRunAt = now;
    if (this.#preservation.observe(this.#counts(now), now) === 'reset-due') this.#writeOffExpired(now);
    if (!this.#isEnabled(now)) return [];
    const expired = this.#leases.rows.expired(now, extraMs);
    return pickAtRandom(expired, evictionLimit(this.#leases.size), random);
  }

  report(now: number): PreservationReport {
    return explainPreservation(this.#preservation, this.#counts(now), this.#startedAt, now);
  }

  #counts(now: number): RenewalCounts {
    return { expectedClients: this.#leases.rows.expected, renewalsLastMinute: this.#rate.lastMinute(now) };
  }

  #isEnabled(now: number): boolean {
    return leaseExpirationEnabled(this.#preservation.mode, this.#counts(now));
  }

  #writeOffExpired(now: number): void {
    const { rows } = this.#leases;
    for (const slot of rows.expired(now)) rows.writeOff(slot);
  }
}
