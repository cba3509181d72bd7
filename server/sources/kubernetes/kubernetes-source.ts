import type { ClusterConfig, SelectionConfig } from '../../../shared/config/config.ts';
import type { ObjectKind } from '../../../shared/ingress/stripped.ts';
import type { Presence } from '../../../shared/history/cause.ts';
import { sourceId, type AppName, type SourceId } from '../../../shared/model/names.ts';
import type { World } from '../../../shared/contribution/contribution.ts';
import type { NewTimeSlice } from '../../../shared/time-slice.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type {
  ContributionSink,
  Detail,
  Holding,
  Restored,
  Source,
  SourceHealth,
  SourceMemory,
} from '../../ports/source.ts';
import type { Log } from '../../ports/log.ts';
import { failureOf } from './failure.ts';
import { DoubtedRemovals } from './doubted-removals.ts';
import type { ExtensionApi } from './extension-api.ts';
import { watchExtensions } from './extension-watch.ts';
import { KindStore } from './kind-store.ts';
import { NamespaceParts, type Remains } from './namespace-parts.ts';
import type { ObjectSink, OpenSink, StripObject } from './object-sink.ts';
import type { Environment } from './proxy.ts';
import { watchPlans, type WatchPlan } from './resources.ts';
import { sourceHealth, viewAt } from './source-health.ts';
import { DEFAULT_TIMING, type Timing } from './timing.ts';
import { WatchRecord, type WatchStatus } from './watch-record.ts';

export interface KubernetesSourceOptions {
  readonly cluster: ClusterConfig;
  readonly selection: SelectionConfig;
  /** Deployments are watched in mode `deployment` only. */
  readonly healthMode: 'endpoints' | 'deployment';
  readonly strip: StripObject;
  /** Opened once, at start; owns everything between objects and contributions. */
  readonly openSink: OpenSink;
  /** The same with what another process knew. Throws when that is not what was written. */
  readonly openRestored?: (restored: Restored) => OpenSink;
  readonly clock: Clock;
  readonly random: Random;
  /** For credential plug-ins, proxies, and the address of the cluster that we run in. */
  readonly environment: Environment;
  readonly log: Log;
  readonly newTimeSlice: NewTimeSlice;
  readonly timing?: Partial<Timing>;
}

interface Watched {
  readonly plan: WatchPlan;
  readonly record: WatchRecord;
  readonly store: KindStore;
  /** Only for kinds that may be removed from an API server. */
  readonly doubted: DoubtedRemovals | undefined;
}

const UNREADABLE: Readonly<Record<Remains, string>> = {
  nothing: 'namespace cannot be read: nothing of it is served until it can',
  'last-known': 'namespace cannot be read: it is served as it was before the start',
};

/** One cluster, followed by list and watch. Never withdraws anything because it does not know: only a completed list does. */
export class KubernetesSource implements Source {
  readonly id: SourceId;
  readonly world: World = 'kubernetes';
  readonly required: boolean;
  readonly #options: KubernetesSourceOptions;
  readonly #timing: Timing;
  readonly #abort = new AbortController();
  #watched: readonly Watched[] = [];
  #parts: NamespaceParts | undefined;
  #openSink: OpenSink;
  #restoredNamespaces: ReadonlySet<string> = new Set();
  #sink: ObjectSink | undefined;
  /** Known once the cluster client is loaded. */
  #api: ExtensionApi | undefined;
  #synced = false;
  /** It talks to the API server, or will in a moment. */
  #connecting = false;
  #running: Promise<void> = Promise.resolve();
  /** The error that ended the whole source, which should never happen. */
  #broken: string | undefined;

  constructor(options: KubernetesSourceOptions) {
    this.id = sourceId(`cluster:${options.cluster.name}`);
    this.required = options.cluster.required;
    this.#options = options;
    this.#openSink = options.openSink;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
  }

  restore(restored: Restored): void {
    const { openSink, openRestored } = this.#options;
    this.#openSink = openRestored?.(restored) ?? openSink;
    const publications = [...restored.contributions.values()].flatMap((each) => each.publications);
    this.#restoredNamespaces = new Set(publications.map(({ namespace }) => namespace));
  }

  memory(): SourceMemory {
    return { asOf: undefined, state: this.#sink?.state?.() };
  }

  detailsOf(app: AppName): readonly Detail[] {
    return this.#sink?.detailsOf?.(app) ?? [];
  }

  remembered(): Iterable<AppName> {
    return this.#sink?.remembered?.() ?? [];
  }

  start(contributions: ContributionSink, mayConnect?: Promise<void>): void {
    const { selection, healthMode, cluster, clock, log } = this.#options;
    const sink = this.#openSink(contributions, () => this.#viewAt());
    this.#sink = sink;
    const plans = watchPlans(selection, healthMode);
    const parts = new NamespaceParts(plans, this.#restoredNamespaces);
    this.#parts = parts;
    const stores = new Map<ObjectKind, KindStore>();
    const doubts = new Map<ObjectKind, DoubtedRemovals>();
    const listed = (): void => {
      for (const namespace of parts.passComplete(this.#watched, stores.values())) sink.namespaceListed?.(namespace);
      this.#checkSynced(sink, parts);
    };
    const failed = (): void => {
      try {
        listed();
      } catch (error) {
        // The sink threw; the next list tries again.
        log.error({ cluster: cluster.name, error: failureOf(error).text }, 'objects could not be taken in');
      }
    };
    this.#watched = plans.map((plan) => {
      const { kind } = plan.resource;
      const doubted = plan.need.kind === 'extension' ? (doubts.get(kind) ?? this.#doubting(plan, sink)) : undefined;
      if (doubted !== undefined) doubts.set(kind, doubted);
      const store = stores.get(kind) ?? new KindStore(kind, doubted ?? sink, (namespace) => parts.isPassed(namespace));
      stores.set(kind, store);
      return { plan, store, doubted, record: new WatchRecord(plan, cluster.name, clock, log, { listed, failed }) };
    });
    const run = mayConnect === undefined ? this.#run() : mayConnect.then(() => this.#run());
    this.#running = run.catch((error: unknown) => {
      this.#broken = failureOf(error).text;
      log.error({ cluster: cluster.name, error: this.#broken }, 'cluster source ended');
    });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    for (const { doubted } of this.#watched) doubted?.stop();
    if (this.#connecting) await this.#running;
    this.#sink?.stop();
  }

  presence(object: string): Presence | undefined {
    return this.#sink?.presence?.(object);
  }

  get holding(): Holding | undefined {
    return this.#sink?.holding;
  }

  health(): SourceHealth {
    return sourceHealth(this.#watches(), {
      synced: this.#synced,
      counts: this.#sink?.counts() ?? {},
      broken: this.#broken,
      unreadable: this.#parts?.unreadable(this.#watched) ?? new Map(),
      now: this.#options.clock.now(),
      staleAfter: this.#timing.staleAfter,
    });
  }

  /** The status of each list-watch. */
  watches(): readonly WatchStatus[] {
    return this.#watched.map(({ record }) => record.status);
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    if (signal.aborted) return;
    this.#connecting = true;
    // The cluster client takes 30 to 90 MB of memory, so only a process that follows a cluster loads it.
    const [{ watchResource }, { ClusterAccess }, { ExtensionApi: Api }] = await Promise.all([
      import('./resource-watch.ts'),
      import('./cluster-access.ts'),
      import('./extension-api.ts'),
    ]);
    const { cluster, environment, strip, clock, random, newTimeSlice } = this.#options;
    const access = new ClusterAccess({ cluster, environment, clock, pluginLimit: this.#timing.pluginLimit });
    const shared = { access, strip, clock, random, newTimeSlice, timing: this.#timing };
    const api = new Api(shared);
    this.#api = api;
    const extensions = this.#watched.filter(({ doubted }) => doubted !== undefined);
    await Promise.all([
      ...this.#watched
        .filter(({ doubted }) => doubted === undefined)
        .map((watched) => watchResource({ ...shared, ...watched }, signal)),
      watchExtensions(
        {
          ...shared,
          api,
          watched: extensions,
          watch: (watched, plan, own) => watchResource({ ...shared, ...watched, plan }, own),
        },
        signal,
      ),
    ]);
  }

  #doubting({ resource }: WatchPlan, sink: ObjectSink): DoubtedRemovals {
    return new DoubtedRemovals({
      kind: resource.kind,
      sink,
      clock: this.#options.clock,
      delay: this.#timing.removalDoubt,
      look: async () => (await this.#api?.look([resource], this.#abort.signal))?.get(resource),
    });
  }

  #checkSynced(sink: ObjectSink, parts: NamespaceParts): void {
    const { clock, cluster, log } = this.#options;
    const whole = this.#watched.filter(({ plan }) => plan.need.kind !== 'part');
    if (this.#synced || !whole.every(({ record }) => record.status.settled)) return;
    if (!parts.isSettled(this.#watched, clock.now(), this.#timing.forbiddenPatience)) return;
    this.#synced = true;
    for (const [namespace, remains] of parts.unreadable(this.#watched)) {
      log.warn({ cluster: cluster.name, namespace }, UNREADABLE[remains]);
    }
    sink.allListed((namespace) => parts.isPassed(namespace));
  }

  #viewAt(): number | undefined {
    return this.health().state === 'synced' ? viewAt(this.#watches()) : undefined;
  }

  #watches(): readonly (WatchStatus & { readonly plan: WatchPlan; readonly objects: number })[] {
    return this.#watched.map(({ plan, record, store, doubted }) => ({
      ...record.status,
      plan,
      objects: store.count(plan.namespace) + (doubted?.kept ?? 0),
    }));
  }
}
