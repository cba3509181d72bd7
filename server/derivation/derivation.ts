import { ClusterObjects } from '../../shared/ingress/cluster-objects.ts';
import { objectKey } from '../../shared/ingress/object-key.ts';
import { derivationRules, type DerivationConfig } from '../../shared/ingress/rules.ts';
import { sameData } from '../../shared/data/same-data.ts';
import type { ObjectKind, StrippedIngress, StrippedObject } from '../../shared/ingress/stripped.ts';
import type { GuardsConfig } from '../../shared/config/config.ts';
import type { HoldState } from '../../shared/guard/removal-guard.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import { runInSlices, runSlice, type NewTimeSlice, type Steps, type TimeSlice } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContributionSink, Holding, Urgency } from '../ports/source.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Resolver } from '../ports/resolver.ts';
import { DerivedApps } from './derived-apps.ts';
import { DownDamping } from './down-damping.ts';
import { NameWants } from './name-wants.ts';
import { Outcomes } from './outcomes.ts';
import { Removals, type KnownIngress } from './removals.ts';

export interface DerivationOptions extends DerivationConfig {
  /** For this derivation alone: it releases the names that it does not need. */
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly sink: ContributionSink;
  readonly newTimeSlice: NewTimeSlice;
  /** Whose objects they are. */
  readonly source: SourceId;
  readonly guards: GuardsConfig;
  /** Up to when (epoch milliseconds) the source shows what there is; undefined: it is out of touch. */
  readonly viewAt: () => number | undefined;
}

/** Longest wait (milliseconds) for the first answers of DNS before the first complete view is given without them. */
const SETTLE_LIMIT_MS = 6_000;

/** What an operator has asked for is not spread over turns. */
const UNENDING: TimeSlice = { isSpent: () => false, next: () => Promise.resolve() };

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
  readonly #objects = new ClusterObjects();
  readonly #apps = new DerivedApps();
  readonly #wants: NameWants;
  readonly #damping: DownDamping;
  readonly #removals: Removals;
  readonly #outcomes: Outcomes;
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
    this.#wants = new NameWants(options.resolver);
    this.#damping = new DownDamping(options.clock, options.defaults.downDelay, (key) => this.#touch([key]));
    this.#removals = new Removals({
      ...options,
      letGo: (keys) => this.#derive(keys, (apps) => this.#publish(apps), new Set(keys)),
    });
    this.#outcomes = new Outcomes({
      ...options,
      rules: rules.value,
      objects: this.#objects,
      apps: this.#apps,
      removals: this.#removals,
      damping: this.#damping,
      wants: this.#wants,
    });
    this.#unsubscribe = options.resolver.onChange((name) => this.#resolved(name));
  }

  /** What is kept back, and what an operator says to it. */
  readonly holding: Holding = {
    holds: () => this.#removals.holds(),
    held: (app, _id, object) => (object === undefined ? undefined : this.#removals.held(app, this.#keyOf(object))),
    release: (id) => this.#release(id),
    keep: (id) => this.#removals.keep(id),
  };

  /** What is held, as plain data, for whoever keeps it over a restart. */
  heldState(): HoldState<KnownIngress> | undefined {
    return this.#removals.state();
  }

  /** Before everything is listed: a restart lets nothing through. What the lists show is no loss any more. */
  restoreHeld(state: HoldState<KnownIngress>): void {
    this.#removals.restore(state);
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
    const keys = new Set([...this.#objects.ingressKeys(), ...this.#removals.ingresses()]);
    this.#derive(keys, () => {
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
    this.#removals.stop();
    this.#wants.releaseAll();
  }

  /** For the health of the source. */
  counts(): Readonly<Record<string, number>> {
    return {
      ingresses: this.#objects.count('Ingress'),
      published: this.#apps.published,
      refused: this.#apps.refused,
      held: this.#removals.size,
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
  #derive(keys: Iterable<string>, done: (apps: ReadonlySet<AppName>) => void, mayGo?: ReadonlySet<string>): void {
    const steps = this.#outcomes.deriveSteps(this.#keysWhileRunning([...keys]), mayGo);
    const derived = runInSlices(steps, this.#options.newTimeSlice());
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

  /** A look at each Ingress on the way: none is derived once everything has stopped. */
  *#keysWhileRunning(keys: Iterable<string>): Generator<string> {
    for (const key of keys) if (this.#phase !== 'stopped') yield key;
  }

  /** Before the call returns, as the operator's next look must show it. */
  #release(id: string): boolean {
    const keys = this.#removals.release(id);
    if (keys.length === 0) return false;
    const derived = runSlice(this.#outcomes.deriveSteps(keys, new Set(keys)), UNENDING);
    if (derived.done === true) this.#publish(derived.value, 'now');
    return true;
  }

  #publish(apps: ReadonlySet<AppName>, urgency: Urgency = 'coalesced'): void {
    if (apps.size === 0 || this.#phase !== 'live') return;
    this.#options.log.debug({ cluster: this.#options.cluster, apps: [...apps] }, 'derived entries changed');
    this.#options.sink.update(new Map([...apps].map((app) => [app, this.#apps.contribution(app)])), urgency);
  }

  /** Of `cluster/namespace/ingress`. */
  #keyOf(object: string): string {
    return object.slice(this.#options.cluster.length + 1);
  }

  /** A load balancer that changes takes its DNS records with it: ask again now, not when their time is up. */
  #refreshNames(ingress: StrippedIngress): void {
    const key = objectKey(ingress);
    const before = this.#objects.ingress(key);
    if (before === undefined || sameData(before.loadBalancer, ingress.loadBalancer)) return;
    for (const name of this.#wants.namesOf(key)) this.#options.resolver.refresh?.(name);
  }
}
