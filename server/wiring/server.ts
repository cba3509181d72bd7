import { randomUUID } from 'node:crypto';
import { costOf, type DeltaCost } from '../../shared/api/delta-cost.ts';
import type { Config } from '../../shared/config/config.ts';
import { DELTA_WINDOW } from '../../shared/registry/delta-window.ts';
import type { AppName } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { overlayRules } from '../../shared/registry/overlay.ts';
import { application } from '../../shared/registry/snapshot.ts';
import { within } from '../../shared/within.ts';
import { Census } from '../census/census.ts';
import { registerDashboard } from '../dashboard/dashboard.ts';
import { MAX_READERS } from '../dashboard/news.ts';
import { Answers } from '../encode/answers.ts';
import { registerAt } from '../http/at.ts';
import { registerCallers } from '../http/callers.ts';
import { registerChanges } from '../http/changes.ts';
import { registerReads } from '../http/eureka-read.ts';
import { registerWrites } from '../http/eureka-write.ts';
import { registerExport } from '../http/export.ts';
import { gateFastPath } from '../http/gate-fast-path.ts';
import { heartbeatFastPath } from '../http/heartbeat-fast-path.ts';
import { holdDesk, registerHolds } from '../http/holds.ts';
import { hopsFastPath } from '../http/hops.ts';
import { inTurnBy } from '../http/in-turn.ts';
import { KnownUrls } from '../http/known-urls.ts';
import { DEFAULT_LIMITS, limitsWithin, type Limits } from '../http/limits.ts';
import { listVariant } from '../http/negotiate.ts';
import { registerOperations } from '../http/operations.ts';
import { registerPeerBatch } from '../http/peer-batch.ts';
import { registerPeer } from '../http/peer.ts';
import { createServer, EUREKA_BASES } from '../http/server.ts';
import { registerWait } from '../http/wait.ts';
import type { WritePorts } from '../http/write-ports.ts';
import { History } from '../history/history.ts';
import { letThroughBy } from '../history/let-through.ts';
import { presenceOf } from '../history/presence.ts';
import { Hub } from '../hub/hub.ts';
import { RestorableSource } from '../hub/restorable-source.ts';
import { TrafficSteps } from '../hub/traffic-steps.ts';
import { NotStopped } from '../ports/not-stopped.ts';
import type { RunningServer, ServerEdges } from '../ports/running-server.ts';
import { AuditTrail } from '../observe/audit-trail.ts';
import { changeCounter } from '../observe/change-counter.ts';
import { EventRecorder } from '../observe/event-recorder.ts';
import { FullHouse } from '../observe/full-house.ts';
import { FailedWrites } from '../observe/failed-writes.ts';
import { PrometheusMetrics } from '../observe/metrics.ts';
import { observeDelta } from '../observe/delta-gauges.ts';
import { observeRegistry } from '../observe/registry-gauges.ts';
import { growHeapAtFirst } from '../system/heap-growth.ts';
import { openFilesLimit } from '../system/open-files.ts';
import { steadyClock } from '../system/steady-clock.ts';
import { systemTimeSlices } from '../system/time-slices.ts';
import { openSecurity } from './security.ts';
import { boundPort, urlOf } from './bound-url.ts';
import { mergeRules } from './merge-rules.ts';
import { wireRegistryFile } from './registry-file.ts';
import { wireSources } from './sources.ts';
import { gateWrites } from '../writes/gate.ts';
import { limitWrites } from '../writes/writer-limit.ts';
import { WritesUnderWay } from '../writes/writes-under-way.ts';
import { countItems, gateReplicas, peerWrites } from '../writes/peer-writes.ts';

/** Milliseconds that closing the connections may take after the requests in flight. */
const CLOSE_MS = 1_000;

/** Milliseconds that the last requests for published entries may take besides. */
const PUBLISH_MS = 1_000;

/** Builds the object graph of a configuration, starts it and listens. Rejects when the address cannot be bound. */
export async function startServer(
  config: Config,
  edges: ServerEdges,
  given: Limits = DEFAULT_LIMITS,
): Promise<RunningServer> {
  const { clock, log, version, self = randomUUID() } = edges;
  const steady = steadyClock(clock);
  const openFiles = openFilesLimit();
  const limits = limitsWithin(given, openFiles);
  if (limits.connections < given.connections)
    log.warn(
      { openFiles, connections: limits.connections },
      'the limit of open files allows fewer connections: raise it',
    );
  const metrics = new PrometheusMetrics();
  const newTimeSlice = systemTimeSlices();
  const security = await openSecurity(config, { clock, log, metrics });
  const current = (app: AppName): MergedApplication | undefined => {
    const snapshot = hub.snapshot();
    return snapshot && application(snapshot, app);
  };
  const wiring = wireSources(config, {
    ...edges,
    steady,
    self,
    metrics,
    newTimeSlice,
    legacyTls: security.legacyTls,
    healthPath: (app) => current(app)?.template?.healthCheckPath,
  });
  const { target, peerFeed, publisher } = wiring;
  const sources =
    config.snapshot.file === undefined ? wiring.sources : wiring.sources.map((source) => new RestorableSource(source));
  const replicas = wiring.replicas === undefined || config.readOnly ? undefined : gateReplicas(wiring.replicas);
  const underWay = new WritesUnderWay();
  const batches = replicas && underWay.followBatches(countItems(replicas, metrics));
  const hub = new Hub({
    clock,
    steady,
    log,
    metrics,
    newTimeSlice,
    rules: mergeRules(config),
    sources,
    // Seconds since 1970: a restarted server must not repeat a version that a client has seen (some compare it).
    firstVersion: Math.floor(clock.now() / 1000),
    deltaWindow: DELTA_WINDOW,
  });
  growHeapAtFirst(edges.execArgv ?? [], clock, () => hub.snapshot() !== undefined);
  const file = wireRegistryFile(config, hub, sources, { clock, log, metrics, newTimeSlice, self });
  const answers = new Answers(newTimeSlice);
  const deltaCost = (): DeltaCost | undefined => {
    const bytes = answers.deltaBytes();
    return bytes && costOf(bytes.map(({ name, rows, ...each }) => ({ app: name, instances: rows, ...each })));
  };
  metrics.beforeScrape(() => {
    observeRegistry(metrics, hub, sources, clock.now());
    observeDelta(metrics, deltaCost());
    metrics.gauge('absorbed_instances', wiring.absorbed());
    metrics.gauge('history_bytes', history.size.bytes);
    metrics.gauge('census_callers', census.size.callers);
    metrics.gauge('census_bytes', census.size.bytes);
    security.observe();
    publisher?.observe(metrics);
    metrics.total('log_lines_dropped', edges.logLinesDropped?.() ?? 0);
  });
  const countChanges = changeCounter(metrics);
  hub.onUpdate(({ changes }) => countChanges(changes));
  const trail = new AuditTrail(steady, log);
  hub.onUpdate(({ merged }) => {
    for (const [before, after] of merged) trail.note(before, after);
  });
  const events = new EventRecorder({ clock: steady, metrics, current, clusters: wiring.events });
  if (config.events.enabled)
    hub.onUpdate(({ merged }) => {
      for (const [before, after] of merged) events.note(before, after);
    });
  const history = new History({
    clock,
    keep: config.history.keep,
    writesTo: (app, id) => underWay.kindsOf(app, id),
    letThroughBy: letThroughBy(sources),
    presenceOf: presenceOf(sources),
  });
  hub.onUpdate(({ snapshot, merged }) => history.note(snapshot, merged));
  const steps = new TrafficSteps(clock, (apps) => hub.remerge(apps));
  hub.onUpdate((update) => steps.note(update));
  if (publisher !== undefined) hub.onUpdate(({ merged }) => publisher.note(merged));
  const stock = config.legacy.urls.length > 0 ? hub : undefined;
  const gate = underWay.follow(limitWrites(gateWrites({ target, readOnly: config.readOnly }), stock));
  const failed = new FailedWrites(log, steady);
  const full = new FullHouse(log, steady, limits.connections);
  const http = createServer({
    log,
    clock: steady,
    newTimeSlice,
    countCut: (reason) => {
      metrics.count('connections_cut', { reason });
      if (reason === 'limit') full.note();
    },
    countRefusedBody: () => metrics.count('refused_requests', { reason: 'too-many-bodies' }),
    keepAlive: config.listen.keepAlive,
    hasCredentials: config.auth.file !== undefined,
    limits,
    tls: security.listener,
  });
  const writes: WritePorts = {
    target: gate,
    fromPeers: replicas && underWay.follow(limitWrites(peerWrites(replicas, gate))),
    clock,
    failed,
    counter: (kind, status) => metrics.counter('writes', { kind, status: String(status) }),
  };
  const known = new KnownUrls();
  http.addFastPath(gateFastPath(security.gate.verdict, http.noteStanding));
  http.addFastPath(hopsFastPath(self, wiring.upstream));
  const census = new Census({
    clock,
    trustedProxies: security.trustedProxies,
    overlay: overlayRules(config.overlay).networks,
    credentialsOf: security.gate.namesOf,
    formOf: listVariant,
  });
  http.addFastPath(known.fastPath);
  http.addFastPath(heartbeatFastPath(EUREKA_BASES, writes, log, census));
  http.addFastPath(census.reads);
  http.addFastPath(census.writes);
  for (const base of EUREKA_BASES) {
    registerReads(http.app, base, {
      registry: hub,
      answers,
      clock,
      counter: (resource, status) => metrics.counter('reads', { resource, status: String(status) }),
      remember: (url, again) => known.remember(url, again),
      noteOf: census.readsOf,
    });
    registerWrites(http.app, base, writes);
    if (batches !== undefined) registerPeerBatch(http.app, base, clock, newTimeSlice, (items) => batches.apply(items));
  }
  if (peerFeed !== undefined) registerPeer(http.app, { feed: peerFeed, clock, newTimeSlice });
  const holds = holdDesk(sources);
  const reported = {
    version,
    clock,
    registry: hub,
    sources,
    files: security.files,
    publishing: publisher,
    past: history,
    registryFile: () => file?.facts(),
    deltaCost,
  };
  const replica = edges.environment['HOSTNAME'] ?? self;
  const inTurn = inTurnBy(newTimeSlice);
  const following = {
    clock,
    onUpdate: (listener: () => void) => hub.onUpdate(listener),
    endless: ({ raw }: { readonly raw: Parameters<typeof http.allowStream>[0] }) => http.allowStream(raw),
  };
  const dashboard = registerDashboard(http.app, {
    ...reported,
    census,
    replica,
    inTurn,
    liveInTurn: inTurnBy(newTimeSlice, MAX_READERS),
    log,
    holds,
    endless: following.endless,
  });
  hub.onUpdate(({ merged }) => dashboard.note(merged));
  registerOperations(http.app, {
    ...reported,
    page: dashboard.overview,
    everybodyReads: config.auth.anonymous.includes('read'),
    stopping: http.stopping,
    metrics: () => metrics.exposition(),
  });
  registerHolds(http.app, holds, { log, namesOf: security.gate.namesOf });
  const callers = { clock, registry: hub, sources, census, replica, inTurn };
  registerCallers(http.app, callers);
  registerExport(http.app, callers);
  const endChanges = registerChanges(http.app, { ...following, registry: hub, past: history, inTurn, newTimeSlice });
  registerAt(http.app, { clock, registry: hub, sources, past: history, inTurn });
  const endWaits = registerWait(http.app, {
    ...following,
    registry: hub,
    sources,
    past: history,
    publishing: publisher,
    unhurried: ({ raw }) => http.allowWait(raw),
  });
  // Bound before the sources start: a taken port must end the process before it touches anything upstream.
  await http.listen(config.listen).catch(async (error: unknown) => {
    security.stop();
    await http.stop();
    throw error;
  });
  security.start(http);
  await file?.restore();
  hub.start();
  publisher?.start(() => sources.every((source) => source.health().restored !== true));
  const stop = async (): Promise<void> => {
    endWaits();
    dashboard.stop();
    endChanges();
    // Writes in flight still need their source.
    const limit = limits.stopTimeout + CLOSE_MS;
    const closed = http.stop().then(() => []);
    // A registration that was cancelled to be made anew shall be made. One that hangs is made by the next process.
    const published = publisher?.stop() ?? Promise.resolve();
    const left: string[] = await within(limit, clock, closed, ['http']);
    await within(PUBLISH_MS, clock, published, undefined);
    const ended = await Promise.all([file?.stop() ?? [], hub.stop()]);
    left.push(...ended.flat());
    trail.stop();
    events.stop();
    steps.stop();
    security.stop();
    wiring.close();
    if (left.length > 0) throw new NotStopped(left);
  };
  let stopped: Promise<void> | undefined;
  const beside = config.listen.tls?.port;
  const scheme = config.listen.tls !== undefined && beside === undefined ? 'https' : 'http';
  return {
    url: urlOf(scheme, config.listen.host, boundPort(http.app.server.address()) ?? config.listen.port),
    tlsUrl: beside === undefined ? undefined : urlOf('https', config.listen.host, beside),
    stop: async () => (stopped ??= stop()),
  };
}
