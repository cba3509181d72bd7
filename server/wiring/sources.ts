import type { ObjectEvent } from '../../shared/api/object-events.ts';
import type { Config } from '../../shared/config/config.ts';
import { DEFAULT_EXPIRY } from '../../shared/lease/expiry.ts';
import type { OverrideScope } from '../../shared/lease/override-map.ts';
import { sourceId, type AppName } from '../../shared/model/names.ts';
import { ABSORBED, absorbs, overlayRules } from '../../shared/registry/overlay.ts';
import { stripObject } from '../../shared/ingress/strip.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import { readDerivation, type RestoredDerivation } from '../derivation/derivation-memory.ts';
import { Derivation } from '../derivation/derivation.ts';
import { nameQuery } from '../dns/name-query.ts';
import { NameWatch } from '../dns/name-watch.ts';
import { DnsResolver } from '../dns/resolver.ts';
import { AgeLimitedSource } from '../hub/age-limited-source.ts';
import { DatedSource } from '../hub/dated-source.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Source } from '../ports/source.ts';
import type { WriteEvent } from '../ports/object-events.ts';
import type { PeerFeed } from '../ports/peer-feed.ts';
import type { Replicas } from '../ports/replicas.ts';
import type { CurrentTls } from '../ports/tls.ts';
import type { ForwardingTarget, WriteTarget } from '../ports/writes.ts';
import { HttpProber } from '../probe/http-prober.ts';
import { ClusterEvents } from '../sources/kubernetes/cluster-events.ts';
import { KubernetesSource } from '../sources/kubernetes/kubernetes-source.ts';
import type { OpenSink } from '../sources/kubernetes/object-sink.ts';
import { LeasesSource } from '../sources/leases/leases-source.ts';
import { createLegacy } from '../sources/legacy/legacy.ts';
import type { Publisher } from '../sources/legacy/publish/publisher.ts';
import { ManifestsSource } from '../sources/manifests/manifests-source.ts';
import { absorbOverlay } from '../writes/absorb.ts';

export interface SourceEdges {
  readonly clock: Clock;
  /** For durations, see `steadyClock`. */
  readonly steady: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly newTimeSlice: NewTimeSlice;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The id of this process, see `ServerEdges`. */
  readonly self: string;
  readonly legacyTls: CurrentTls | undefined;
  /** The health path that entries of this application inherit now; `undefined`: none. */
  readonly healthPath: (app: AppName) => string | undefined;
}

/** The sources of a configuration, in the order of precedence, and where writes go. */
export interface Wiring {
  readonly sources: readonly Source[];
  /** Takes writes; `undefined`: no registry is configured that could. */
  readonly target: WriteTarget | undefined;
  /** Takes what other servers replicate to the registry of our own; `undefined` without one. */
  readonly replicas: Replicas | undefined;
  /** Takes what the legacy replicates to us; `undefined` unless `legacy.peerFeed` is on. */
  readonly peerFeed: PeerFeed | undefined;
  /** How many leases of overlay addresses are kept here. */
  readonly absorbed: () => number;
  /** Registers the synthetic entries in the legacy; `undefined` unless `legacy.publish` is on. */
  readonly publisher: Publisher | undefined;
  /** The Eurek8s servers that the legacy's lists came through, see `hops.ts`. */
  readonly upstream: () => readonly string[];
  /** By name of the cluster, what writes Events there. Empty unless `events.enabled` is on. */
  readonly events: ReadonlyMap<string, WriteEvent>;
  /** Ends what the sources share. Called after they have stopped. */
  close(): void;
}

export function wireSources(config: Config, edges: SourceEdges): Wiring {
  const { clock, steady, random, log, metrics, newTimeSlice, environment } = edges;
  const dated = (source: Source): Source => new DatedSource(source, clock, steady);
  const sources: Source[] = [];
  let legacyWrites: ForwardingTarget | undefined;
  let target: WriteTarget | undefined;
  let replicas: Replicas | undefined;
  let peerFeed: PeerFeed | undefined;
  let publisher: Publisher | undefined;
  let upstream = (): readonly string[] => [];
  if (config.legacy.urls.length > 0) {
    const settings = edges.legacyTls === undefined ? {} : { tls: edges.legacyTls };
    const legacy = createLegacy({
      config: config.legacy,
      guards: config.guards,
      ...edges,
      clock: steady,
      settings,
    });
    sources.push(dated(legacy.source));
    legacyWrites = legacy.writes;
    target = legacyWrites;
    upstream = legacy.upstream;
    publisher = legacy.publisher;
    if (config.legacy.peerFeed) peerFeed = legacy.pushed;
  }
  const overridden = overrideScope(config);
  if (config.leases.enabled) {
    const leases = new LeasesSource({ clock, random, log, metrics, newTimeSlice, overridden });
    sources.push(leases);
    target = leases;
    replicas = leases.replicas;
  }
  const overlay = overlayRules(config.overlay);
  let absorbed: LeasesSource | undefined;
  if (absorbs(config)) {
    // A lease that is ended too early costs one registration and no caller anything, so none is kept without heartbeats.
    const expiry = { ...DEFAULT_EXPIRY, selfPreservation: 'off' } as const;
    const kept = { clock, random, log, metrics, newTimeSlice, expiry, overridden };
    absorbed = new LeasesSource({ ...kept, id: ABSORBED, mayBeSilent: true });
    sources.unshift(absorbed);
    target = absorbOverlay({ overlay, absorbed, legacy: legacyWrites, clock });
  }
  const names = new NameWatch({ clock: steady, query: nameQuery() });
  const derivation = {
    selection: config.selection,
    defaults: config.defaults,
    addresses: config.addresses,
    clock: steady,
    log,
    metrics,
    newTimeSlice,
    guards: config.guards,
    probing: {
      prober: new HttpProber(steady, config.probe.timeout),
      interval: config.probe.interval,
      random,
      healthPath: edges.healthPath,
    },
  };
  const events = new Map<string, ClusterEvents>();
  for (const cluster of config.clusters) {
    let derived: Derivation | undefined;
    const open =
      (known?: RestoredDerivation): OpenSink =>
      (sink, viewAt) => {
        const source = sourceId(`cluster:${cluster.name}`);
        const its = { origin: 'cluster', cluster: cluster.name, source, viewAt, sink } as const;
        const opened = new Derivation({ ...derivation, ...its, resolver: new DnsResolver(names) });
        derived = opened;
        if (known !== undefined) opened.restore(known);
        return opened;
      };
    const source = new KubernetesSource({
      cluster,
      selection: config.selection,
      healthMode: config.defaults.health,
      strip: stripObject,
      openSink: open(),
      openRestored: (restored) => open(readDerivation(restored)),
      clock: steady,
      random,
      environment,
      log,
      newTimeSlice,
    });
    if (config.events.enabled) {
      const uidOf = ({ namespace, kind, name }: ObjectEvent): string | undefined =>
        derived?.uidOf({ namespace, ingress: name, ...(kind === 'HTTPRoute' ? { kind } : {}) });
      const instance = environment['HOSTNAME'] ?? edges.self;
      events.set(cluster.name, new ClusterEvents({ cluster, environment, clock, log, instance, uidOf }));
    }
    const { maxAge } = cluster;
    sources.push(dated(maxAge === undefined ? source : new AgeLimitedSource(source, { maxAge, clock: steady, log })));
  }
  for (const { name, directory } of config.manifests)
    sources.push(dated(new ManifestsSource({ ...derivation, name, directory, resolver: new DnsResolver(names) })));
  return {
    sources,
    target,
    replicas,
    peerFeed,
    publisher,
    upstream,
    absorbed: () => absorbed?.size ?? 0,
    events: new Map(Array.from(events, ([name, writer]) => [name, (event: ObjectEvent) => writer.write(event)])),
    close: () => {
      names.stop();
      for (const writer of events.values()) writer.stop();
    },
  };
}

/**
 * As in stock while everybody may write every application. Otherwise a write to one application must not reach an
 * instance of another one by its id.
 */
function overrideScope({ auth }: Config): OverrideScope {
  return auth.file === undefined || auth.anonymous.includes('register') ? 'id' : 'instance';
}
