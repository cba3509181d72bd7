import { Failover } from '../../server/sources/legacy/wire/failover.ts';
import { Forwarder } from '../../server/sources/legacy/write/forwarder.ts';
import { LegacyServer } from '../../server/sources/legacy/wire/legacy-server.ts';
import { LegacyView } from '../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../server/sources/legacy/view/pending-writes.ts';
import { PollPlan } from '../../server/sources/legacy/poll/poll-plan.ts';
import { PolledView } from '../../server/sources/legacy/view/polled-view.ts';
import { Poller, type PollOutcome } from '../../server/sources/legacy/poll/poller.ts';
import { legacySettings } from '../../server/sources/legacy/settings.ts';
import { Rechecks } from '../../server/sources/legacy/write/rechecks.ts';
import { Spread } from '../../server/sources/legacy/write/spread.ts';
import { WriteEffects } from '../../server/sources/legacy/write/write-effects.ts';
import { WriteQueue } from '../../server/sources/legacy/write/write-queue.ts';
import { WriteThrough } from '../../server/sources/legacy/write/write-through.ts';
import { systemClock } from '../../server/system/clock.ts';
import { Brake } from '../../shared/guard/brake.ts';
import { FakeEureka, registration } from './fake-eureka.ts';
import { NO_METRICS } from './no-metrics.ts';
import { SILENT_LOG } from './silent-log.ts';
import { stepByStep } from './time-slices.ts';

/** The legacy source without timers. The test decides when it polls and what time it is. */
export class LegacyRig {
  readonly eureka: FakeEureka;
  readonly server: LegacyServer;
  readonly view: LegacyView;
  readonly target: WriteThrough;
  readonly #poller: Poller;
  readonly #rechecks: Rechecks;
  #ahead = 0;

  private constructor(eureka: FakeEureka) {
    this.eureka = eureka;
    const clock = systemClock(() => Date.now() + this.#ahead);
    const config = {
      urls: [eureka.url],
      pollInterval: 5_000,
      fullInterval: 300_000,
      required: true,
      peerFeed: false,
      publish: false,
      tls: { ca: undefined, cert: undefined, key: undefined },
    };
    const settings = legacySettings(config, { minBackoff: 0, maxBackoff: 0 });
    this.server = new LegacyServer(eureka.url, clock, settings);
    // Removals are not held here, because the brake has tests of its own.
    const brake = new Brake('legacy', { maxRemoval: 100, minInstances: 1_000_000, grace: 60_000, window: 60_000 });
    const pending = new PendingWrites(settings);
    this.view = new LegacyView({ polled: new PolledView(), brake, pending });
    const servers = new Failover([this.server], settings, () => 0.5);
    this.#poller = new Poller({
      servers,
      plan: new PollPlan(settings),
      view: this.view,
      clock,
      newTimeSlice: stepByStep,
      staleAfter: settings.staleAfter,
      pollInterval: settings.pollInterval,
    });
    this.#rechecks = new Rechecks({ servers, view: this.view, publish: () => {}, clock, log: SILENT_LOG });
    const forwarder = new Forwarder(servers, clock);
    this.target = new WriteThrough({
      forwarder,
      spread: new Spread({ forwarder, view: this.view }),
      queue: new WriteQueue(settings),
      effects: new WriteEffects({ view: this.view, clock, publish: () => {} }),
      view: this.view,
      clock,
      metrics: NO_METRICS,
      timeout: 5_000,
    });
  }

  static async start(): Promise<LegacyRig> {
    const eureka = await FakeEureka.start();
    // An instance that no test touches, because an empty registry is a case of its own.
    eureka.registry.register(registration('ANCHOR', 'a-1'));
    return new LegacyRig(eureka);
  }

  poll(): Promise<PollOutcome> {
    return this.#poller.poll();
  }

  /** Asks for those instances of which it is time. */
  async recheck(): Promise<void> {
    this.#rechecks.begin();
    await this.#rechecks.idle();
  }

  skip(ms: number): void {
    this.#ahead += ms;
  }

  /** The instances as `ORDERS/i-1 UP 1750…`, the last part being the version. */
  served(): readonly string[] {
    return [...this.view.contributions(this.view.apps())]
      .flatMap(([app, contribution]) =>
        (contribution?.instances ?? []).map((r) => `${app}/${r.id} ${r.status} ${r.lastUpdatedTimestamp}`),
      )
      .toSorted();
  }

  truth(): readonly string[] {
    return this.eureka.registry
      .full()
      .applications.flatMap(({ name, instance }) =>
        instance.map((r) => `${name}/${r.instanceId} ${r.status} ${String(r['lastUpdatedTimestamp'])}`),
      )
      .toSorted();
  }

  async stop(): Promise<void> {
    await this.server.close();
    await this.eureka.stop();
  }
}
