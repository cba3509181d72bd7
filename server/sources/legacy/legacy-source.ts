import type { ContributionUpdate } from '../../../shared/contribution/contribution.ts';
import type { Held, Hold } from '../../../shared/guard/hold.ts';
import type { AppName, InstanceId, SourceId } from '../../../shared/model/names.ts';
import { runInSlices, type NewTimeSlice, type Steps } from '../../../shared/time-slice.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type {
  ContributionSink,
  Holding,
  Restored,
  Source,
  SourceHealth,
  SourceMemory,
  Urgency,
} from '../../ports/source.ts';
import type { LegacyHealth } from './legacy-health.ts';
import { legacyState } from './legacy-state.ts';
import type { OtherServers } from './poll/other-servers.ts';
import { samePolls } from './poll/poll-state.ts';
import type { Poller, PollOutcome } from './poll/poller.ts';
import type { LegacyView } from './view/legacy-view.ts';
import type { Failover } from './wire/failover.ts';
import type { LegacyServer } from './wire/legacy-server.ts';
import type { Rechecks } from './write/rechecks.ts';

export interface LegacySourceParts {
  readonly id: SourceId;
  readonly required: boolean;
  readonly servers: readonly LegacyServer[];
  readonly failover: Failover<LegacyServer>;
  readonly poller: Poller;
  readonly others: OtherServers;
  readonly rechecks: Rechecks;
  readonly view: LegacyView;
  readonly health: LegacyHealth;
  /** Milliseconds. */
  readonly pollInterval: number;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
  readonly random: Random;
  readonly log: Log;
}

/** Applications of the first view that are published in one step. */
const MAX_GROUP_APPLICATIONS = 250;
/** Milliseconds until the next poll after a first answer that was empty. Reads wait for it. */
const CONFIRM_AFTER = 500;
/** A fraction of the poll interval, in both directions, so that replicas do not poll in step. */
const MAX_JITTER = 0.1;

/** The legacy registry as a source: it polls until stopped, and publishes the contributions that changed. */
export class LegacySource implements Source, Holding {
  readonly id: SourceId;
  readonly world = 'legacy';
  readonly required: boolean;
  readonly holding: Holding = this;
  readonly #parts: LegacySourceParts;
  #sink: ContributionSink | undefined;
  /** The hub has a view of ours, polled or restored. */
  #published = false;
  /** The legacy has answered. */
  #synced = false;
  #stopped = false;
  #cancelNext: () => void = () => undefined;
  /** The running poll with everything that belongs to it. It never rejects. */
  #running: Promise<void> = Promise.resolve();

  constructor(parts: LegacySourceParts) {
    this.id = parts.id;
    this.required = parts.required;
    this.#parts = parts;
  }

  start(sink: ContributionSink, mayConnect?: Promise<void>): void {
    this.#sink = sink;
    if (mayConnect === undefined) this.#schedule(0);
    else void mayConnect.then(() => this.#schedule(0));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelNext();
    const { servers, others, rechecks } = this.#parts;
    await Promise.all([this.#running, others.idle(), rechecks.idle(), ...servers.map((server) => server.close())]);
  }

  restore({ contributions, state }: Restored): void {
    const { view, poller, clock, health, servers } = this.#parts;
    const { poll = {}, ...ofView } = legacyState.read(state);
    view.restore(contributions, ofView, clock.now(), servers);
    poller.restore(poll);
    health.reportHolds();
    this.#published = true;
  }

  memory(): SourceMemory {
    const { view, poller } = this.#parts;
    return { asOf: undefined, state: legacyState.write({ ...view.state(), poll: poller.state() }) };
  }

  /**
   * Before the first view nothing is published: the first view brings it along. An urgent update is published even when
   * it is empty: a poll may have brought the effect of the write first, in an update that still waits for its window.
   */
  publish(update: ContributionUpdate, urgency: Urgency): void {
    if (this.#published && (update.size > 0 || urgency === 'now')) this.#sink?.update(update, urgency);
  }

  /** The mass removals that are held. */
  holds(): readonly Hold[] {
    return this.#parts.view.holds();
  }

  held(app: AppName, id: InstanceId): Held | undefined {
    return this.#parts.view.held(app, id);
  }

  unlistedSince(app: AppName, id: InstanceId): number | undefined {
    return this.#parts.view.unlistedSince(app, id);
  }

  letThroughBy(app: AppName, id: InstanceId): string | undefined {
    return this.#parts.view.letThroughBy(app, id);
  }

  /** Lets a held removal through. Returns false when there is no such hold. */
  release(holdId: string): boolean {
    const { view, health } = this.#parts;
    if (!view.holds().some(({ id }) => id === holdId)) return false;
    this.publish(view.release(holdId), 'now');
    health.reportHolds();
    this.#sink?.stateChanged?.();
    return true;
  }

  /** Keeps a held removal until it is released. Returns false when there is no such hold. */
  keep(holdId: string): boolean {
    if (!this.#parts.view.keep(holdId)) return false;
    this.#sink?.stateChanged?.();
    return true;
  }

  health(): SourceHealth {
    return this.#parts.health.health(this.#published);
  }

  #schedule(delay: number): void {
    if (this.#stopped) return;
    this.#cancelNext = this.#parts.clock.after(delay, () => {
      this.#running = this.#pollAndSchedule();
    });
  }

  async #pollAndSchedule(): Promise<void> {
    const { health, pollInterval } = this.#parts;
    try {
      this.#schedule(await this.#poll());
    } catch (cause) {
      // A bug must not end the polling.
      health.recordBug(cause);
      this.#schedule(pollInterval);
    }
  }

  /** Returns the milliseconds until the next poll. */
  async #poll(): Promise<number> {
    const { clock, poller, others, rechecks, health, view } = this.#parts;
    const startedAt = clock.now();
    const wasHolding = view.holds().length > 0;
    const polls = poller.state();
    const outcome = await poller.poll();
    if (this.#stopped) return 0;
    const now = clock.now();
    health.recordPoll(outcome, startedAt, now);
    others.ask();
    await this.#publishOutcome(outcome, now);
    health.reportHolds();
    if (wasHolding || view.holds().length > 0 || !samePolls(poller.state(), polls)) this.#sink?.stateChanged?.();
    health.reportUnreadable();
    health.reportShortfall();
    if (outcome.kind === 'current') rechecks.begin();
    return this.#delayAfter(outcome);
  }

  #delayAfter(outcome: PollOutcome): number {
    const { clock, failover, random, pollInterval } = this.#parts;
    // A back-off may be over by now: what came after the poll takes time as well.
    if (outcome.kind === 'failed') return Math.max(0, failover.readyAt() - clock.now());
    const wait = outcome.kind === 'unconfirmed' ? Math.min(CONFIRM_AFTER, pollInterval) : pollInterval;
    return wait * (1 - MAX_JITTER + random() * 2 * MAX_JITTER);
  }

  async #publishOutcome(outcome: PollOutcome, now: number): Promise<void> {
    const { view, health } = this.#parts;
    if (this.#published) {
      // The contributions as they are now, not as the poll left them: writes may have come in since.
      const update = view.contributions(outcome.changed);
      if (update.size > 0) health.recordLag(update, now);
      this.publish(update, 'coalesced');
    } else if (outcome.kind === 'current') {
      this.#published = true;
      await runInSlices(this.#publishFirstSteps(), this.#parts.newTimeSlice());
    }
    if (outcome.kind !== 'current' || this.#synced || this.#stopped) return;
    this.#synced = true;
    this.#sink?.synced();
  }

  /** Nobody is answered before the last step. A write between two steps is published as ever. */
  *#publishFirstSteps(): Steps<void> {
    const { view } = this.#parts;
    const apps = view.apps();
    for (let start = 0; start < apps.length && !this.#stopped; start += MAX_GROUP_APPLICATIONS) {
      const group = apps.slice(start, start + MAX_GROUP_APPLICATIONS);
      this.#sink?.update(view.contributions(group), 'coalesced');
      yield;
    }
  }
}
