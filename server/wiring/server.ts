import { randomUUID } from 'node:crypto';
import type { Config } from '../../shared/config/config.ts';
import { parseCidr } from '../../shared/address/network.ts';
import type { MergeRules } from '../../shared/registry/merge.ts';
import { Answers } from '../encode/answers.ts';
import { registerReads } from '../http/eureka-read.ts';
import { registerWrites } from '../http/eureka-write.ts';
import { FailedWrites } from '../http/failed-writes.ts';
import { heartbeatFastPath } from '../http/heartbeat-fast-path.ts';
import { hopsFastPath } from '../http/hops.ts';
import { KnownUrls } from '../http/known-urls.ts';
import type { Limits } from '../http/limits.ts';
import { registerOperations } from '../http/operations.ts';
import { registerPeerBatch } from '../http/peer-batch.ts';
import { registerPeer } from '../http/peer.ts';
import { createServer, EUREKA_BASES } from '../http/server.ts';
import type { WritePorts } from '../http/write-ports.ts';
import { Hub } from '../hub/hub.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { PrometheusMetrics } from '../observe/metrics.ts';
import { observeRegistry } from '../observe/registry-gauges.ts';
import { systemTimeSlices } from '../system/time-slices.ts';
import { wireSources } from './sources.ts';
import { gateWrites } from '../writes/gate.ts';
import { countItems, gateReplicas, peerWrites } from '../writes/peer-writes.ts';

/** What the server takes from the outside instead of reaching for it. */
export interface Edges {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The product's version, for people. */
  readonly version: string;
  /** What a client may cost; `DEFAULT_LIMITS` without it. */
  readonly limits?: Limits;
  /** By which this process knows a way back to itself. No two processes have the same; a random one without it. */
  readonly self?: string;
}

export interface RunningServer {
  /** `http://host:port`, with the port that was really bound. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Builds the object graph of a configuration, starts it and listens. Rejects when the address cannot be bound. */
export async function startServer(config: Config, edges: Edges): Promise<RunningServer> {
  const { clock, log, version, self = randomUUID() } = edges;
  const metrics = new PrometheusMetrics();
  const newTimeSlice = systemTimeSlices();
  const wiring = wireSources(config, { ...edges, self, metrics, newTimeSlice });
  const { sources, target, peerFeed } = wiring;
  const replicas = wiring.replicas === undefined || config.readOnly ? undefined : gateReplicas(wiring.replicas);
  const batches = replicas && countItems(replicas, metrics);
  const hub = new Hub({
    clock,
    log,
    metrics,
    newTimeSlice,
    rules: mergeRules(config),
    sources,
    // Seconds since 1970: a restarted server must not repeat a version that a client has seen (some compare it).
    firstVersion: Math.floor(clock.now() / 1000),
  });
  metrics.beforeScrape(() => observeRegistry(metrics, hub, sources));
  // A load is announced in one go: 100,000 changes, each counted in nanoseconds.
  const countChange = {
    added: metrics.counter('changes', { kind: 'added' }),
    modified: metrics.counter('changes', { kind: 'modified' }),
    deleted: metrics.counter('changes', { kind: 'deleted' }),
  };
  hub.onUpdate(({ changes }) => {
    metrics.count('publications');
    for (const some of changes) for (const { kind } of some) countChange[kind]();
  });
  const answers = new Answers(newTimeSlice);
  const gate = gateWrites({ target, readOnly: config.readOnly });
  const failed = new FailedWrites(log, clock);
  const http = createServer({
    log,
    clock,
    countCut: (reason) => metrics.count('connections_cut', { reason }),
    ...(edges.limits !== undefined && { limits: edges.limits }),
  });
  const writes: WritePorts = {
    target: gate,
    fromPeers: replicas && peerWrites(replicas, gate),
    clock,
    failed,
    counter: (kind, status) => metrics.counter('writes', { kind, status: String(status) }),
  };
  const known = new KnownUrls();
  http.addFastPath(hopsFastPath(self, wiring.upstream));
  http.addFastPath(known.fastPath);
  http.addFastPath(heartbeatFastPath(EUREKA_BASES, writes, log));
  for (const base of EUREKA_BASES) {
    registerReads(http.app, base, {
      registry: hub,
      answers,
      counter: (resource, status) => metrics.counter('reads', { resource, status: String(status) }),
      remember: (url, again) => known.remember(url, again),
    });
    registerWrites(http.app, base, writes);
    if (batches !== undefined) registerPeerBatch(http.app, base, clock, (items) => batches.apply(items));
  }
  if (peerFeed !== undefined) registerPeer(http.app, { feed: peerFeed, clock, newTimeSlice });
  registerOperations(http.app, {
    version,
    clock,
    registry: hub,
    sources,
    stopping: http.stopping,
    metrics: () => metrics.exposition(),
  });
  const { host, port } = config.listen;
  // Bound before the sources start: a taken port must end the process before it touches anything upstream.
  await http.listen({ host, port });
  hub.start();
  const stop = async (): Promise<void> => {
    // Writes in flight still need their source.
    await http.stop();
    await hub.stop();
    wiring.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(host, boundPort(http.app.server.address()) ?? port),
    stop: async () => (stopped ??= stop()),
  };
}

/** Port 0 in the configuration lets the system choose one. */
function boundPort(address: string | { readonly port: number } | null): number | undefined {
  return typeof address === 'object' ? address?.port : undefined;
}

function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function mergeRules(config: Config): MergeRules {
  const networks = config.overlay.cidrs.map((text) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  return {
    application: (name) => config.applications.get(name) ?? { policy: undefined, namespaces: [] },
    overlay: { networks, action: config.overlay.action },
  };
}
