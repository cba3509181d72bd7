import type { LegacyConfig } from '../../../shared/config/config.ts';
import { LEDGER_SETTINGS, type LedgerSettings } from '../../../shared/publish/publish-ledger.ts';
import type { PlanSettings } from './poll/poll-plan.ts';
import type { PendingWriteSettings } from './view/pending-writes.ts';
import type { BackoffSettings } from './wire/failover.ts';
import type { LegacyServerSettings } from './wire/legacy-server.ts';
import type { WriteQueueLimits } from './write/write-queue.ts';

/**
 * Timing and limits of the legacy source, each described where it is used. Durations in milliseconds, sizes in bytes.
 */
export interface LegacySettings
  extends LegacyServerSettings, BackoffSettings, PlanSettings, PendingWriteSettings, WriteQueueLimits {
  /** The source is stale when it had no success for this long. */
  readonly staleAfter: number;
  /** For one write, including the fail-over. Clients give up after 8 s. */
  readonly writeTimeout: number;
  readonly publish: LedgerSettings;
}

export function legacySettings(config: LegacyConfig, changes: Partial<LegacySettings> = {}): LegacySettings {
  const { pollInterval, fullInterval } = config;
  return {
    pollInterval,
    fullInterval,
    deltaRetryInterval: fullInterval,
    maxDeltaGap: 60_000,
    staleAfter: Math.max(3 * pollInterval, 10_000),
    headTimeout: 5_000,
    bodyTimeout: 20_000,
    minBackoff: Math.min(pollInterval, 1_000),
    maxBackoff: Math.max(pollInterval, 10_000),
    writeTimeout: 5_000,
    readBackTimeout: 1_000,
    writeConnections: 32,
    maxCompressedBytes: 64 * 1024 * 1024,
    maxDocumentBytes: 256 * 1024 * 1024,
    maxWaitingPerInstance: 16,
    maxWaitingWrites: 2_000,
    pendingRecheckAfter: Math.max(2 * pollInterval, 5_000),
    maxPendingAge: 60_000,
    publish: LEDGER_SETTINGS,
    ...changes,
  };
}
