import type { LegacyConfig } from '../../../shared/config/config.ts';

/** Timing and limits of the legacy source. Durations in milliseconds, sizes in bytes. */
export interface LegacySettings {
  readonly pollInterval: number;
  readonly fullInterval: number;
  /** How long a server that refused `apps/delta` is not asked for it again. */
  readonly deltaRetryInterval: number;
  /** Older views are replaced by a full fetch: stock servers keep changes in their delta for 180 s only. */
  readonly deltaReach: number;
  /** Without a success for that long the source calls itself stale. */
  readonly staleAfter: number;
  /** Until the head of a registry answer must be there, and until its end. */
  readonly headTimeout: number;
  readonly bodyTimeout: number;
  /** Back-off of a failing URL: first rest, longest rest. */
  readonly firstRest: number;
  readonly longestRest: number;
  /** A write including the fail-over; clients give up after 8 s. */
  readonly writeTimeout: number;
  /** Reading back one instance, after a write and when a poll disagrees. */
  readonly readBackTimeout: number;
  readonly writeConnections: number;
  readonly maxCompressedBytes: number;
  readonly maxDocumentBytes: number;
  readonly maxWaitingPerInstance: number;
  readonly maxWaitingWrites: number;
  /** How long a poll may contradict a write before the legacy is asked for that instance. */
  readonly pendingRecheckAfter: number;
  /** After that long the polls are believed, whatever was written. */
  readonly pendingLimit: number;
}

export function legacySettings(config: LegacyConfig, changes: Partial<LegacySettings> = {}): LegacySettings {
  const { pollInterval, fullInterval } = config;
  return {
    pollInterval,
    fullInterval,
    deltaRetryInterval: fullInterval,
    deltaReach: 60_000,
    staleAfter: Math.max(3 * pollInterval, 10_000),
    headTimeout: 5_000,
    bodyTimeout: 20_000,
    firstRest: Math.min(pollInterval, 1_000),
    longestRest: Math.max(pollInterval, 10_000),
    writeTimeout: 5_000,
    readBackTimeout: 1_000,
    writeConnections: 32,
    maxCompressedBytes: 64 * 1024 * 1024,
    maxDocumentBytes: 256 * 1024 * 1024,
    maxWaitingPerInstance: 16,
    maxWaitingWrites: 2_000,
    pendingRecheckAfter: Math.max(2 * pollInterval, 5_000),
    pendingLimit: 60_000,
    ...changes,
  };
}
