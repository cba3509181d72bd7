import { ClusterObjects } from '../../shared/ingress/cluster-objects.ts';
import { deriveIngress, type DerivedIngress } from '../../shared/ingress/derive.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import { derivationRules, type DerivationConfig, type DerivationRules } from '../../shared/ingress/rules.ts';
import { sameData } from '../../shared/data/same-data.ts';
import type { ObjectKind, StrippedIngress, StrippedObject } from '../../shared/ingress/stripped.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { runInSlices, type NewTimeSlice, type Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContributionSink } from '../ports/source.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Resolver } from '../ports/resolver.ts';
import { DerivedApps } from './derived-apps.ts';
import { DownDamping } from './down-damping.ts';
import { NameWants } from './name-wants.ts';

export interface DerivationOptions extends DerivationConfig {
  /** For this derivation alone: it releases the names that it does not need. */
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly sink: ContributionSink;
  readonly newTimeSlice: NewTimeSlice;
}

/** Longest wait (milliseconds) for the first answers of DNS before the first complete view is given without them. */
const SETTLE_LIMIT_MS = 6_000;

/**
 * `listing`: objects come in. `deriving`: all are in and gone through. `settling`: DNS is not in. `live`: changes go to the
 * sink.
 */
type Phase = 'listing' | 'deriving' | 'settling' | 'live' | 'stopped';

/**
 * Objects of a cluster in, contributions out: the same for an API server and for a directory of manifests.
 * Nothing is contributed before every kind was listed and every needed name asked for once, as half a view would remove
 * entries that are only not known yet. From then on a change costs the Ingresses it touches. Those of one change are
 * derived before the call returns while they are few; thousands, as when a Namespace changes, take some turns of the
 * event loop. That may be interrupted by anything: what an Ingress comes to depends on the objects of the moment alone.
 */
export class Derivation {
  readonly #options: DerivationOptions;
  readonly #rules: DerivationRules;
  readonly #objects = new ClusterObjects();
  readonly #apps = new DerivedApps();
  readonly #wants: NameWants;
  readonly #damping: DownDamping;
  readonly #unsubscribe: () => void;
  #phase: Phase = 'listing';
  #cancelSettling: () => void = () => undefined;
  /** Derivations that need further slices. */
  #deriving: Promise<void> = Promise.resolve();
  /** Ingresses touched within the running batch. */
  #batch: Set<string> | undefined;

  constructor(options: DerivationOptions) {
    const rules = derivationRules(options);
    // The configuration was checked with the same parser.
    if (!rules.ok) throw new TypeError(rules.error);
    this.#options = options;
    this.#rules = rules.value;
    this.#wants = new NameWants(options.resolver);
    this.#damping = new DownDamping(options.clock, options.defaults.downDelay, (key) => this.#touch([key]));
    this.#unsubscribe = options.resolver.onChange((name) => this.#resolved(name));
  }

  set(object: StrippedObject): void {
    if (object.kind === 'Ingress') this.#refreshNames(object);
    this.#touch(this.#objects.set(object));
  }

  remove(kind: ObjectKind, namespace: string, name: string): void {
    this.#touch(this.#objects.remove(kind, namespace, name));
  }

  /** The complete list of one kind. Objects equal to those held cost nothing. */
  replaceKind(kind: ObjectKind, objects: Iterable<StrippedObject>): void {
    this.#touch(this.#objects.replaceKind(kind, objects));
  }

  /**
   * Changes that belong together: nothing in between is derived or seen, however many slices they take. What DNS and time
   * bring meanwhile waits with them.
   */
  batch(changes: Steps<void>): void | Promise<void> {
    return runInSlices(this.#batchSteps(changes), this.#options.newTimeSlice());
  }

  *#batchSteps(changes: Steps<void>): Steps<void> {
    const batch = new Set<string>();
    this.#batch = batch;
    try {
      yield* changes;
    } finally {
      this.#batch = undefined;
    }
    this.#touch(batch);
  }

  /** Every kind has been listed once. Further calls mean nothing. */
  allListed(): void {
    if (this.#phase !== 'listing') return;
    this.#phase = 'deriving';
    this.#derive(this.#objects.ingressKeys(), () => {
      this.#phase = 'settling';
      this.#cancelSettling = this.#options.clock.after(SETTLE_LIMIT_MS, () => this.#goLive());
      this.#goLiveWhenSettled();
    });
  }

  stop(): void {
    this.#phase = 'stopped';
    this.#cancelSettling();
    this.#unsubscribe();
    this.#damping.stop();
    this.#wants.releaseAll();
  }

  /** For the health of the source. */
  counts(): Readonly<Record<string, number>> {
    return {
      ingresses: this.#objects.count('Ingress'),
      published: this.#apps.published,
      refused: this.#apps.refused,
    };
  }

  #touch(keys: Iterable<string>): void {
    switch (this.#phase) {
      case 'listing':
      case 'stopped':
        return;
      case 'deriving':
      case 'settling':
      case 'live':
        if (this.#batch === undefined) this.#derive(keys, (apps) => this.#publish(apps));
        else for (const key of keys) this.#batch.add(key);
    }
  }

  #resolved(name: string): void {
    this.#touch([...this.#wants.ingressesOf(name)]);
    this.#goLiveWhenSettled();
  }

  #goLiveWhenSettled(): void {
    if (this.#phase === 'settling' && !this.#wants.anyPending()) this.#goLive();
  }

  #goLive(): void {
    this.#phase = 'live';
    this.#cancelSettling();
    this.#options.log.info({ cluster: this.#options.cluster, ...this.counts() }, 'cluster objects complete');
    this.#options.sink.replace(this.#apps.all());
    this.#options.sink.synced();
  }

  /** Derives these Ingresses and then calls `done` with the applications that came out different. */
  #derive(keys: Iterable<string>, done: (apps: ReadonlySet<AppName>) => void): void {
    const derived = runInSlices(this.#deriveSteps([...keys]), this.#options.newTimeSlice());
    if (derived instanceof Promise) this.#deriving = this.#finish(this.#deriving, derived, done);
    else done(derived);
  }

  async #finish(
    before: Promise<void>,
    derived: Promise<ReadonlySet<AppName>>,
    done: (apps: ReadonlySet<AppName>) => void,
  ): Promise<void> {
    const [apps] = await Promise.all([derived, before]);
    if (this.#phase !== 'stopped') done(apps);
  }

  *#deriveSteps(keys: readonly string[]): Steps<ReadonlySet<AppName>> {
    const apps = new Set<AppName>();
    for (const [i, key] of keys.entries()) {
      if (i > 0) yield;
      if (this.#phase === 'stopped') break;
      for (const app of this.#deriveKey(key)) apps.add(app);
    }
    for (const [i, app] of [...apps].entries()) {
      if (i > 0) yield;
      this.#apps.contribution(app);
    }
    return apps;
  }

  #deriveKey(key: string): readonly AppName[] {
    const ingress = this.#objects.ingress(key);
    try {
      const derived = ingress === undefined ? undefined : this.#deriveOne(key, ingress);
      this.#wants.set(key, derived?.namesWanted ?? new Set());
      if (derived?.outcome.kind !== 'published') this.#damping.forget(key);
      return this.#apps.set(key, derived, this.#options.clock.now());
    } catch (error) {
      return this.#contain(key, ingress, error);
    }
  }

  /** One Ingress that cannot be derived fails alone: its last outcome stays, and says so. */
  #contain(key: string, ingress: StrippedIngress | undefined, error: unknown): readonly AppName[] {
    const { cluster, log, metrics } = this.#options;
    const app = this.#apps.get(key)?.app ?? appName(ingress?.meta.name ?? key);
    metrics.count('application_faults', { stage: 'derive' });
    log.error({ cluster, ingress: key, app, err: error }, 'deriving an Ingress failed: its last known outcome stays');
    const what = error instanceof Error ? error.message : String(error);
    const reason = `what the Ingress says now cannot be worked out (${what}); what was known of it stays`;
    return this.#apps.fail(key, app, { object: `${cluster}/${key}`, code: 'internal-error', reason });
  }

  #deriveOne(key: string, ingress: StrippedIngress): DerivedIngress {
    const before = this.#apps.get(key);
    const entry = before?.kind === 'published' ? before.publication : undefined;
    const current = before && { app: before.app, entry };
    const derived = deriveIngress(ingress, this.#objects, this.#rules, this.#options.resolver, current);
    if (derived.outcome.kind === 'refused') return derived;
    const publication = this.#damping.apply(key, entry, derived.outcome.publication);
    return { ...derived, outcome: { kind: 'published', publication } };
  }

  #publish(apps: ReadonlySet<AppName>): void {
    if (apps.size === 0 || this.#phase !== 'live') return;
    this.#options.log.debug({ cluster: this.#options.cluster, apps: [...apps] }, 'derived entries changed');
    this.#options.sink.update(new Map([...apps].map((app) => [app, this.#apps.contribution(app)])), 'coalesced');
  }

  /** A load balancer that changes takes its DNS records with it: ask again now, not when their time is up. */
  #refreshNames(ingress: StrippedIngress): void {
    const key = objectKey(ingress);
    const before = this.#objects.ingress(key);
    if (before === undefined || sameData(before.loadBalancer, ingress.loadBalancer)) return;
    for (const name of this.#wants.namesOf(key)) this.#options.resolver.refresh?.(name);
  }
}
