import type { SourceId } from '../../../shared/model/names.ts';
import type { NewTimeSlice } from '../../../shared/time-slice.ts';
import type { Hold } from '../../../shared/guard/brake.ts';
import type { ContributionUpdate } from '../../../shared/contribution/contribution.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { ContributionSink, Source, SourceHealth, Urgency } from '../../ports/source.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Failover } from './failover.ts';
import { lagOf } from './lag.ts';
import type { LegacyServer } from './legacy-server.ts';
import type { LegacyView } from './legacy-view.ts';
import type { PollPlan } from './poll-plan.ts';
import type { Poller, Round } from './poller.ts';
import type { LegacySettings } from './settings.ts';

export interface LegacySourceParts {
  readonly id: SourceId;
  readonly required: boolean;
  readonly servers: readonly LegacyServer[];
  readonly failover: Failover<LegacyServer>;
  readonly plan: PollPlan;
  readonly poller: Poller;
  readonly view: LegacyView;
  readonly settings: LegacySettings;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Applications of the first view that the hub is told at a time. */
const FIRST_GROUP = 250;
/** Written instances that are asked for one by one after one poll. */
const RECHECKS_PER_POLL = 32;

/** The legacy registry as a source: polls for ever, keeps what it last knew, says how old that is. */
export class LegacySource implements Source {
  readonly id: SourceId;
  readonly world = 'legacy';
  readonly required: boolean;
  readonly #parts: LegacySourceParts;
  #sink: ContributionSink | undefined;
  #synced = false;
  #stopped = false;
  #cancelNext: () => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();
  #lastSuccessAt: number | undefined;
  #lastError: string | undefined;
  #pollMs = 0;
  #lagMs = 0;
  #hold: string | undefined;
  #unreadable = 0;

  constructor(parts: LegacySourceParts) {
    this.id = parts.id;
    this.required = parts.required;
    this.#parts = parts;
  }

  start(sink: ContributionSink): void {
    this.#sink = sink;
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelNext();
    await Promise.all(this.#parts.servers.map((server) => server.close()));
    await this.#turn;
  }

  /**
   * What comes before the first sync is part of that. A poll may have brought the effect of a write before we did, in
   * an update that waits for its window: an empty one that is urgent takes it along.
   */
  publish(update: ContributionUpdate, urgency: Urgency): void {
    if (this.#synced && (update.size > 0 || urgency === 'now')) this.#sink?.update(update, urgency);
  }

  /** Mass changes that are kept back. */
  holds(): readonly Hold[] {
    return this.#parts.view.holds();
  }

  /** Lets a held change through; false when there is no such hold. */
  release(holdId: string): boolean {
    const { view, log } = this.#parts;
    const hold = view.holds().find(({ id }) => id === holdId);
    if (hold === undefined) return false;
    log.warn({ hold }, 'a held change of the legacy registry was released by an operator');
    this.publish(view.release(holdId), 'now');
    this.#reportHolds();
    return true;
  }

  health(): SourceHealth {
    const { clock, settings, failover, plan, poller, view } = this.#parts;
    const fresh = this.#lastSuccessAt !== undefined && clock.now() - this.#lastSuccessAt < settings.staleAfter;
    const mode = failover.current?.dialect === 'xml' ? 'xml' : plan.deltaRefused(clock.now()) ? 'full' : 'delta';
    const hold = view.holds()[0];
    return {
      state: this.#synced ? (fresh ? 'synced' : 'stale') : 'starting',
      lastSuccessAt: this.#lastSuccessAt,
      lastError: this.#lastError,
      detail: {
        url: failover.current?.url ?? this.#parts.servers[0]?.url ?? '',
        mode,
        instances: view.polledSize,
        pollMs: this.#pollMs,
        lagMs: this.#lagMs,
        unconfirmedWrites: view.pendingSize,
        hashMismatches: poller.mismatches,
        unreadable: poller.unreadable.length,
        holds: hold === undefined ? 0 : 1,
        ...(hold === undefined ? {} : { held: hold.instances, heldBecause: hold.what, heldUntil: hold.releasesAt }),
      },
    };
  }

  #next(delay: number): void {
    if (this.#stopped) return;
    this.#cancelNext = this.#parts.clock.after(delay, () => {
      this.#turn = this.#poll().catch((cause: unknown) => {
        // A bug, not a fault of the legacy: it must not end the polling.
        this.#parts.log.error({ err: cause }, 'a poll of the legacy registry broke off');
        this.#lastError = String(cause);
        this.#next(this.#parts.settings.pollInterval);
      });
    });
  }

  async #poll(): Promise<void> {
    const { clock, poller, settings, failover, random } = this.#parts;
    const startedAt = clock.now();
    const round = await poller.round();
    if (this.#stopped) return;
    const now = clock.now();
    this.#pollMs = now - startedAt;
    this.#account(round, now);
    await this.#deliver(round, now);
    this.#reportHolds();
    this.#reportUnreadable();
    if (round.kind === 'current') await this.#recheck(now);
    // Ten per cent to and fro, so that replicas do not poll in step.
    const interval = settings.pollInterval * (0.9 + random() / 5);
    const rested = Math.max(failover.readyAt() - clock.now(), 0);
    this.#next(round.kind === 'failed' && rested > 0 ? rested : interval);
  }

  #account(round: Round, now: number): void {
    const { log, metrics, failover } = this.#parts;
    const fetched = round.kind === 'current' ? round.fetched : 'none';
    metrics.count('legacy_polls', { outcome: round.kind, fetched });
    if (round.kind === 'current') {
      if (this.#lastError !== undefined) log.info({ url: failover.current?.url }, 'the legacy registry answers again');
      this.#lastSuccessAt = now;
      this.#lastError = undefined;
    } else {
      if (this.#lastError === undefined)
        log.warn({ reason: round.reason }, 'the legacy registry gives no usable answer');
      this.#lastError = round.reason;
    }
  }

  async #deliver(round: Round, now: number): Promise<void> {
    const { view } = this.#parts;
    if (this.#synced) {
      // As they are now, not as the round left them: writes may have come in since.
      const update = view.said(round.changed);
      if (update.size > 0) this.#lagMs = lagOf(update, now) ?? this.#lagMs;
      this.publish(update, 'coalesced');
    } else if (round.kind === 'current') {
      this.#synced = true;
      await this.#deliverFirst();
    }
  }

  /** The first view, in pieces; nobody is answered before the last of them. Writes between two are told as ever. */
  async #deliverFirst(): Promise<void> {
    const { view, newTimeSlice } = this.#parts;
    const slice = newTimeSlice();
    const apps = view.apps();
    for (let start = 0; start < apps.length && !this.#stopped; start += FIRST_GROUP) {
      this.#sink?.update(view.said(apps.slice(start, start + FIRST_GROUP)), 'coalesced');
      if (slice.isSpent()) await slice.next();
    }
    if (!this.#stopped) this.#sink?.synced();
  }

  /** Polls that go on contradicting a write are settled by the legacy's own word on that instance. */
  async #recheck(now: number): Promise<void> {
    const { view, failover, clock } = this.#parts;
    const server = failover.current;
    if (server === undefined) return;
    const entries = view.contradicted(now, RECHECKS_PER_POLL);
    const answers = entries.map(async (entry) => {
      const answer = await server.instance(entry.app, entry.id);
      this.publish(view.rechecked(entry, answer, clock.now()), 'coalesced');
    });
    await Promise.all(answers);
  }

  #reportHolds(): void {
    const { view, log, metrics } = this.#parts;
    const hold = view.holds()[0];
    metrics.gauge('legacy_held_instances', hold?.instances ?? 0);
    if (hold?.id === this.#hold) return;
    if (hold !== undefined)
      log.warn({ hold }, 'a mass removal in the legacy registry is held: last-known entries stay');
    else log.info({ hold: this.#hold }, 'nothing is held any more');
    this.#hold = hold?.id;
  }

  #reportUnreadable(): void {
    const { unreadable } = this.#parts.poller;
    if (unreadable.length === this.#unreadable) return;
    this.#unreadable = unreadable.length;
    const first = unreadable[0];
    const instances = unreadable.length;
    this.#parts.log.warn({ instances, first }, 'entries of the legacy registry that cannot be read are left out');
  }
}
