import type { GuardsConfig, LegacyConfig } from '../../../shared/config/config.ts';
import { sourceId } from '../../../shared/model/names.ts';
import type { NewTimeSlice } from '../../../shared/time-slice.ts';
import { PublishLedger } from '../../../shared/publish/publish-ledger.ts';
import { Brake } from '../../../shared/guard/brake.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { PeerFeed } from '../../ports/peer-feed.ts';
import type { ForwardingTarget } from '../../ports/writes.ts';
import { LegacyHealth } from './legacy-health.ts';
import { LegacySource } from './legacy-source.ts';
import { OtherServers } from './poll/other-servers.ts';
import { PollPlan } from './poll/poll-plan.ts';
import { Poller } from './poll/poller.ts';
import { legacySettings, type LegacySettings } from './settings.ts';
import { LegacyView } from './view/legacy-view.ts';
import { PendingWrites } from './view/pending-writes.ts';
import { PolledView } from './view/polled-view.ts';
import { PublishExchange } from './publish/publish-exchange.ts';
import { Publisher } from './publish/publisher.ts';
import { Failover } from './wire/failover.ts';
import { LegacyServer } from './wire/legacy-server.ts';
import { Forwarder } from './write/forwarder.ts';
import { PushedChanges } from './write/pushed-changes.ts';
import { Rechecks } from './write/rechecks.ts';
import { Spread } from './write/spread.ts';
import { WriteEffects } from './write/write-effects.ts';
import { WriteQueue } from './write/write-queue.ts';
import { WriteThrough } from './write/write-through.ts';

export interface LegacyOptions {
  readonly config: LegacyConfig;
  readonly guards: GuardsConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly newTimeSlice: NewTimeSlice;
  readonly settings?: Partial<LegacySettings>;
  /**
   * A random id of this process, by which a loop back to ourselves is recognised. Without it loops are not detected.
   */
  readonly self?: string;
}

export interface Legacy {
  readonly source: LegacySource;
  readonly writes: ForwardingTarget;
  /** Receives what the legacy replicates to us as its peer. */
  readonly pushed: PeerFeed;
  /** The Eurek8s servers that its last lists passed through. */
  readonly upstream: () => readonly string[];
  /** Registers the synthetic entries there; `undefined` unless `legacy.publish` is on. */
  readonly publisher: Publisher | undefined;
}

/** Wires the legacy registry: a source of what it lists, and a target for the writes of clients. */
export function createLegacy(options: LegacyOptions): Legacy {
  const { config, guards, clock, random, log, metrics, newTimeSlice, self } = options;
  const settings = legacySettings(config, options.settings);
  const id = sourceId('legacy');
  const servers = config.urls.map((url) => new LegacyServer(url, clock, settings, self));
  const view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake(id, guards),
    pending: new PendingWrites(settings),
  });
  // Polls and writes have separate back-offs, so that a storm of writes that slows one server down does not stop the
  // polls.
  const forReads = new Failover(servers, settings, random);
  const forWrites = new Failover(servers, settings, random);
  const plan = new PollPlan(settings);
  const { staleAfter, pollInterval, writeTimeout: timeout } = settings;
  const poller = new Poller({ servers: forReads, plan, view, clock, newTimeSlice, staleAfter, pollInterval });
  const upstream = (): readonly string[] =>
    (forReads.current ?? servers.find(({ loop }) => loop !== undefined))?.hops ?? [];
  const publisher = config.publish
    ? openPublisher(servers, settings, upstream, () => forReads.current, options)
    : undefined;
  const health = new LegacyHealth({
    servers,
    failover: forReads,
    plan,
    poller,
    view,
    clock,
    log,
    metrics,
    staleAfter,
    publishing: publisher && (() => publisher.report()),
    recovered: publisher && (() => publisher.resume()),
  });
  const source: LegacySource = new LegacySource({
    id,
    required: config.required,
    servers,
    failover: forReads,
    poller,
    others: new OtherServers({ servers: forReads, poller, view, clock, newTimeSlice, log }),
    rechecks: new Rechecks({
      servers: forReads,
      view,
      publish: (update) => source.publish(update, 'coalesced'),
      clock,
      log,
    }),
    view,
    health,
    pollInterval,
    clock,
    newTimeSlice,
    random,
    log,
  });
  const forwarder = new Forwarder(forWrites, clock, () => forReads.current);
  const writes = new WriteThrough({
    forwarder,
    spread: new Spread({ forwarder, view }),
    queue: new WriteQueue(settings),
    effects: new WriteEffects({ view, clock, publish: (update) => source.publish(update, 'now') }),
    view,
    clock,
    metrics,
    timeout,
  });
  const pushed = new PushedChanges({
    view,
    effects: new WriteEffects({ view, clock, publish: (update) => source.publish(update, 'coalesced') }),
    log,
    metrics,
  });
  return { source, writes, pushed, upstream, publisher };
}

/** A single request asks whether the legacy is back, so it may ask often. */
const MAX_BACKOFF_MS = 3_000;

/** With a fail-over of its own: what holds back clients' writes or polls is no reason to hold back these, or vice versa. */
function openPublisher(
  servers: readonly LegacyServer[],
  settings: LegacySettings,
  upstream: () => readonly string[],
  polled: () => LegacyServer | undefined,
  { clock, random, log, metrics }: LegacyOptions,
): Publisher {
  const failover = new Failover(servers, { ...settings, maxBackoff: MAX_BACKOFF_MS }, random);
  // Before one has answered, the entries of a process before this one are most likely there.
  const first = (): LegacyServer | undefined => failover.current ?? polled();
  return new Publisher({
    ledger: new PublishLedger(random, settings.publish),
    exchange: new PublishExchange({
      servers: failover,
      first,
      forwarder: new Forwarder(failover, clock, first),
      clock,
      metrics,
      timeout: settings.writeTimeout,
    }),
    upstream,
    clock,
    log,
  });
}
