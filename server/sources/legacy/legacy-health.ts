import type { ContributionUpdate } from '../../../shared/contribution/contribution.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { PublishingReport } from '../../ports/publishing.ts';
import type { SourceHealth } from '../../ports/source.ts';
import type { PollPlan } from './poll/poll-plan.ts';
import type { Poller, PollOutcome } from './poll/poller.ts';
import type { LegacyView } from './view/legacy-view.ts';
import type { Failover } from './wire/failover.ts';
import type { LegacyServer } from './wire/legacy-server.ts';

export interface LegacyHealthParts {
  readonly servers: readonly LegacyServer[];
  readonly failover: Failover<LegacyServer>;
  readonly plan: PollPlan;
  readonly poller: Poller;
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of the entries that we register there; absent without `legacy.publish`. */
  readonly publishing?: (() => PublishingReport) | undefined;
  /** Called when the legacy answers again. */
  readonly recovered?: (() => void) | undefined;
  /** Milliseconds without a success after which the source is stale. */
  readonly staleAfter: number;
}

/** What people see of the source: its health, its metrics, and its messages in the log. */
export class LegacyHealth {
  readonly #parts: LegacyHealthParts;
  #lastSuccessAt: number | undefined;
  #lastError: string | undefined;
  #pollMs = 0;
  #lagMs = 0;
  #holdId: string | undefined;
  #unreadable = 0;
  /** Whether a part of the last list was missing. */
  #isShort = false;
  /** Instances that stay because of that. */
  #unlisted = 0;
  /** The number of servers that lead back to this Eurek8s. */
  #loops = 0;
  /** Whether a loop is the reason that no answer is used. */
  #mirrored = false;

  constructor(parts: LegacyHealthParts) {
    this.#parts = parts;
  }

  recordPoll(outcome: PollOutcome, startedAt: number, now: number): void {
    const { log, metrics, failover } = this.#parts;
    this.#pollMs = now - startedAt;
    const fetched = outcome.kind === 'current' ? outcome.fetched : 'none';
    metrics.count('legacy_polls', { outcome: outcome.kind, fetched });
    this.#reportLoop(outcome);
    if (outcome.kind === 'current') {
      if (this.#lastError !== undefined) {
        log.info({ url: failover.current?.url }, 'the legacy registry answers again');
        this.#parts.recovered?.();
      }
      this.#lastSuccessAt = now;
      this.#lastError = undefined;
    } else {
      if (this.#lastError === undefined)
        log.warn({ reason: outcome.reason }, 'the legacy registry gives no usable answer');
      this.#lastError = outcome.reason;
    }
  }

  /**
   * An answer that comes from ourselves is not a source: it shows what we already knew, and would look current for
   * ever.
   */
  #reportLoop(outcome: PollOutcome): void {
    const { servers, log, metrics } = this.#parts;
    const reasons = servers.flatMap(({ loop }) => loop ?? []);
    metrics.gauge('legacy_loops', reasons.length);
    if (reasons.length > this.#loops) log.error({ reasons }, 'a URL of the legacy leads to Eurek8s itself');
    this.#loops = reasons.length;
    this.#mirrored = outcome.kind !== 'current' && reasons.length > 0;
  }

  /** A bug, not a fault of the legacy. */
  recordBug(cause: unknown): void {
    this.#parts.log.error({ err: cause }, 'a poll of the legacy registry broke off');
    this.#lastError = String(cause);
  }

  recordLag(update: ContributionUpdate, now: number): void {
    this.#lagMs = lagOf(update, now) ?? this.#lagMs;
  }

  reportHolds(): void {
    const { view, log, metrics } = this.#parts;
    const hold = view.holds()[0];
    metrics.gauge('legacy_held_instances', hold?.instances ?? 0);
    if (hold?.id === this.#holdId) return;
    if (hold !== undefined)
      log.warn({ hold }, 'a mass removal in the legacy registry is held: last-known entries stay');
    else log.info({ hold: this.#holdId }, 'nothing is held any more');
    this.#holdId = hold?.id;
  }

  reportUnreadable(): void {
    const { unreadable } = this.#parts.poller;
    const instances = unreadable.length;
    if (instances === this.#unreadable) return;
    this.#unreadable = instances;
    const first = unreadable[0];
    this.#parts.log.warn({ instances, first }, 'entries of the legacy registry that cannot be read are left out');
  }

  reportShortfall(): void {
    const { poller, log, metrics, view } = this.#parts;
    const shortfall = poller.part?.shortfall;
    this.#unlisted = view.unlistedSize;
    metrics.gauge('legacy_unlisted_instances', this.#unlisted);
    if ((shortfall !== undefined) === this.#isShort) return;
    this.#isShort = shortfall !== undefined;
    if (shortfall === undefined) log.info({}, 'the list of the legacy registry is complete again');
    else
      log.warn({ reason: shortfall }, 'a part of the list of the legacy registry is missing: no evidence of removals');
  }

  /** `synced`: whether the first view has been published. */
  health(synced: boolean): SourceHealth {
    const { servers, clock, failover, plan, poller, view, staleAfter } = this.#parts;
    const now = clock.now();
    const recent = this.#lastSuccessAt !== undefined && now - this.#lastSuccessAt < staleAfter;
    const fresh = recent && !this.#mirrored;
    const mode = failover.current?.dialect === 'xml' ? 'xml' : plan.deltaRefused(now) ? 'full' : 'delta';
    return {
      state: synced ? (fresh ? 'synced' : 'stale') : 'starting',
      lastSuccessAt: this.#lastSuccessAt,
      lastError: this.#lastError ?? poller.part?.shortfall,
      detail: {
        url: failover.current?.url ?? servers[0]?.url ?? '',
        mode,
        instances: view.polledSize,
        pollMs: this.#pollMs,
        lagMs: this.#lagMs,
        unconfirmedWrites: view.pendingSize,
        hashMismatches: poller.mismatches,
        ...(plan.deltaUseless ? { delta: 'of no use' } : {}),
        unreadable: poller.unreadable.length,
        ...(this.#unlisted > 0 && { unlisted: this.#unlisted }),
        ...(view.ownSize > 0 && { entriesOfEurek8s: view.ownSize }),
        ...(this.#parts.publishing && publishingDetail(this.#parts.publishing())),
      },
    };
  }
}

function publishingDetail(report: PublishingReport): SourceHealth['detail'] {
  const { wanted, published, failing, withdrawing, lastProblem, blocked } = report;
  const problem = blocked ?? lastProblem;
  return {
    published: `${published} of ${wanted}`,
    ...(withdrawing > 0 && { withdrawing }),
    publishFailing: failing,
    ...(problem !== undefined && { publishProblem: problem }),
  };
}

/** Milliseconds; a time stamp that is further in the future is ignored. */
const MAX_AHEAD_MS = 3_600_000;

/**
 * Milliseconds from the legacy's own time stamp of its newest change to `now`. It includes the legacy's cache, our
 * polling, and the difference of the clocks. `undefined` when the update only removes instances.
 */
function lagOf(update: ContributionUpdate, now: number): number | undefined {
  let newest = 0;
  for (const contribution of update.values())
    for (const { lastUpdatedTimestamp } of contribution?.instances ?? [])
      if (lastUpdatedTimestamp < now + MAX_AHEAD_MS) newest = Math.max(newest, lastUpdatedTimestamp);
  return newest === 0 ? undefined : Math.max(0, now - newest);
}
