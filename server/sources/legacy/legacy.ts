import type { GuardsConfig, LegacyConfig } from '../../../shared/config/config.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { sourceId, type AppName } from '../../../shared/model/names.ts';
import type { NewTimeSlice } from '../../../shared/time-slice.ts';
import { Brake } from '../../../shared/guard/brake.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { PeerFeed } from '../../ports/peer-feed.ts';
import type { WriteTarget } from '../../ports/writes.ts';
import { Failover } from './failover.ts';
import { Forwarder } from './forwarder.ts';
import { LegacyServer } from './legacy-server.ts';
import { LegacySource } from './legacy-source.ts';
import { LegacyView } from './legacy-view.ts';
import { PendingWrites } from './pending-writes.ts';
import { PollPlan } from './poll-plan.ts';
import { PolledView } from './polled-view.ts';
import { Poller } from './poller.ts';
import { legacySettings, type LegacySettings } from './settings.ts';
import { PushedChanges } from './pushed-changes.ts';
import { WriteQueue } from './write-queue.ts';
import { WriteThrough } from './write-through.ts';

export interface LegacyOptions {
  readonly config: LegacyConfig;
  readonly guards: GuardsConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly newTimeSlice: NewTimeSlice;
  readonly settings?: Partial<LegacySettings>;
  /** What an earlier run last served of this source: the first answer is compared with it, so the brake works from the start. */
  readonly baseline?: ReadonlyMap<AppName, readonly InstanceRecord[]>;
}

export interface Legacy {
  readonly source: LegacySource;
  readonly writes: WriteTarget;
  /** What the legacy pushes to us as its peer. */
  readonly pushed: PeerFeed;
}

/** The legacy registry, wired: a source of what it lists, a target for what clients write. */
export function createLegacy(options: LegacyOptions): Legacy {
  const { config, guards, clock, random, log, metrics, newTimeSlice } = options;
  const settings = legacySettings(config, options.settings);
  const id = sourceId('legacy');
  const servers = config.urls.map((url) => new LegacyServer(url, clock, settings));
  const pending = new PendingWrites(settings);
  const view = new LegacyView({
    source: id,
    polled: new PolledView(options.baseline),
    brake: new Brake(id, guards),
    pending,
  });
  // Writes keep marks of their own: a storm that slows one server down must not stop the polls.
  const forReads = new Failover(servers, settings.firstRest, settings.longestRest, random);
  const forWrites = new Failover(servers, settings.firstRest, settings.longestRest, random);
  const plan = new PollPlan(settings);
  const poller = new Poller({ servers: forReads, plan, view, clock, newTimeSlice });
  const parts = { id, required: config.required, servers, failover: forReads, plan, poller, view };
  const source = new LegacySource({ ...parts, settings, clock, newTimeSlice, random, log, metrics });
  const writes = new WriteThrough({
    forwarder: new Forwarder(forWrites, clock),
    queue: new WriteQueue(settings),
    view,
    clock,
    metrics,
    timeout: settings.writeTimeout,
    publish: (update) => source.publish(update, 'now'),
  });
  const pushed = new PushedChanges({
    view,
    clock,
    log,
    metrics,
    publish: (update) => source.publish(update, 'coalesced'),
  });
  return { source, writes, pushed };
}
