import { publicationKey, type PublishedObject } from '../../shared/contribution/publication.ts';
import { ClusterObjects } from '../../shared/ingress/cluster-objects.ts';
import { derivationRules } from '../../shared/ingress/rules.ts';
import type { ObjectKind, StrippedObject } from '../../shared/ingress/stripped.ts';
import type { Presence } from '../../shared/history/cause.ts';
import type { AppName } from '../../shared/model/names.ts';
import { runInSlices, runSlice, type Steps, type TimeSlice } from '../../shared/time-slice.ts';
import type { Detail, Holding, Urgency } from '../ports/source.ts';
import { movesBalancer } from './balancer-moves.ts';
import { writeGuard, writePassed, writeWitness, type RestoredDerivation } from './derivation-memory.ts';
import type { DerivationOptions } from './derivation-options.ts';
import { DerivedApps } from './derived-apps.ts';
import { DownDamping } from './down-damping.ts';
import { NameWants } from './name-wants.ts';
import { Outcomes } from './outcomes.ts';
import { PublishGate } from './publish-gate.ts';
import { Removals } from './removals.ts';

/** Milliseconds to wait for the first answers of DNS before the first complete view is published without them. */
const SETTLE_LIMIT_MS = 6_000;

/** The work for an operator's command is not spread over turns. */
const UNENDING: TimeSlice = { isSpent: () => false, next: () => Promise.resolve() };

/**
 * `listing`: the first lists arrive. `deriving`: all objects are known and being derived. `settling`: DNS has not
 * answered yet. `live`: changes go to the sink.
 */
type Phase = 'listing' | 'deriving' | 'settling' | 'live' | 'stopped';

/**
 * Objects of a cluster in, contributions out: the same for an API server and for a directory of manifests. Nothing is
 * contributed before every kind was listed and every needed name was looked up once, because a partial view would
 * remove entries that are only not known yet. After that a change costs as much as the Ingresses that it affects. A few
 * are derived before the call returns; thousands, as after a change of a Namespace, take some turns of the event loop.
 * Anything may interrupt that, because an outcome depends only on the current objects.
 */
export class Derivation {
  readonly #options: DerivationOptions;
  readonly #objects = new ClusterObjects();
  readonly #apps = new DerivedApps();
  readonly #wants: NameWants;
  readonly #damping: DownDamping;
  readonly #gate: PublishGate;
  readonly #removals: Removals;
  readonly #outcomes: Outcomes;
  readonly #unsubscribe: () => void;
  #phase: Phase = 'listing';
  #cancelSettling: () => void = () => undefined;
  /** The derivations that need further time slices. */
  #deriving: Promise<void> = Promise.resolve();
  /** How many derivations have begun and not ended. */
  #running = 0;
  /** Whether names without an answer keep the cluster from being shown. */
  #waitsForNames = true;
  /** The Ingresses affected within the running batch. */
  #batch: Set<string> | undefined;

  constructor(options: DerivationOptions) {
    const rules = derivationRules(options);
    // The configuration was checked with the same parser.
    if (!rules.ok) throw new TypeError(rules.error);
    this.#options = options;
    this.#wants = new NameWants(options.resolver);
    this.#damping = new DownDamping(options.clock, options.defaults.downDelay, (key) => this.#touch([key]));
    this.#gate = new PublishGate({ ...options, ...options.probing, onAnswer: (key) => this.#touch([key]) });
    this.#removals = new Removals({
      ...options,
      viewAt: () => (this.#phase === 'listing' ? undefined : options.viewAt()),
      changed: () => options.sink.stateChanged?.(),
      onConfirmed: (keys) => this.#derive(keys, (apps) => this.#publish(apps), new Set(keys)),
    });
    this.#outcomes = new Outcomes({
      ...options,
      rules: rules.value,
      objects: this.#objects,
      apps: this.#apps,
      removals: this.#removals,
      damping: this.#damping,
      gate: this.#gate,
      wants: this.#wants,
    });
    this.#unsubscribe = options.resolver.onChange((name) => this.#resolved(name));
  }

  /** The held removals, and the commands of operators for them. */
  readonly holding: Holding = {
    holds: () => this.#removals.holds(),
    held: (app, _id, object) => (object === undefined ? undefined : this.#removals.held(app, this.#keyOf(object))),
    letThroughBy: (app, _id, object) =>
      object === undefined ? undefined : this.#removals.letThroughBy(app, this.#keyOf(object)),
    release: (id) => this.#release(id),
    keep: (id) => this.#removals.keep(id),
  };

  /** What is held and what passed lately, as JSON for the next process. */
  state(): unknown {
    return writeGuard(this.#removals.state());
  }

  /** Also for the next process: of an application, the witnesses of what is published and what is gone since lately. */
  detailsOf(app: AppName): readonly Detail[] {
    const witnesses = [...this.#apps.publishedAs(app)].flatMap((ingress) => this.#outcomes.witness(ingress) ?? []);
    return [...witnesses.map(writeWitness), ...Array.from(this.#removals.passedOf(app), writePassed)];
  }

  remembered(): readonly AppName[] {
    return this.#removals.passed();
  }

  /**
   * Restores what a previous process published and held. Must be called before everything is listed. What the lists do
   * not contain counts as lost at that moment, together with what passed lately, and what is held stays held: a restart
   * lets no removal through.
   */
  restore({ known, guard }: RestoredDerivation): void {
    for (const [ingress, each] of known) this.#outcomes.restore(ingress, each);
    this.#removals.restore(guard);
  }

  set(object: StrippedObject): void {
    const moved = movesBalancer(object, this.#objects);
    const affected = this.#objects.set(object);
    if (moved) for (const key of affected) this.#refreshNames(key);
    this.#touch(affected);
  }

  remove(kind: ObjectKind, namespace: string, name: string): void {
    this.#touch(this.#objects.remove(kind, namespace, name));
  }

  /** Applies the complete list of one kind. Objects equal to the stored ones cost nothing. */
  replaceKind(kind: ObjectKind, objects: Iterable<StrippedObject>): void {
    this.#touch(this.#objects.replaceKind(kind, objects));
  }

  /**
   * Applies changes that belong together: nothing in between is derived or published, however many time slices they
   * take. Changes by DNS and by time wait for the end of the batch.
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

  /**
   * Every kind has been listed once. Further calls have no effect. `isListed`: whether the objects of a namespace are
   * in the lists. What is known of other namespaces stays.
   */
  allListed(isListed: (namespace: string) => boolean = () => true): void {
    if (this.#phase !== 'listing') return;
    this.#phase = 'deriving';
    this.#removals.watch();
    const known = [...this.#apps.ingresses(), ...this.#removals.ingresses()];
    const keys = new Set([...this.#objects.candidateKeys(), ...known.filter((key) => isListed(namespaceOf(key)))]);
    this.#derive(keys, () => {
      this.#phase = 'settling';
      this.#cancelSettling = this.#options.clock.after(SETTLE_LIMIT_MS, () => {
        this.#waitsForNames = false;
        this.#goLiveWhenSettled();
      });
    });
  }

  /** All objects of this namespace have been listed, which were missing when everything else was. */
  namespaceListed(namespace: string): void {
    const known = [...this.#apps.ingresses(), ...this.#removals.ingresses()];
    this.#touch(known.filter((key) => namespaceOf(key) === namespace));
  }

  stop(): void {
    this.#phase = 'stopped';
    this.#cancelSettling();
    this.#unsubscribe();
    this.#damping.stop();
    this.#gate.stop();
    this.#removals.stop();
    this.#wants.releaseAll();
  }

  /** Of an Ingress or HTTPRoute; `undefined`: there is none. */
  uidOf(object: PublishedObject): string | undefined {
    return this.#objects.candidate(publicationKey(object))?.meta.uid;
  }

  presence(object: string): Presence {
    return this.#objects.candidate(this.#keyOf(object)) === undefined ? 'gone' : 'there';
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

  /** A derivation may take several time slices: whoever went live before its end would show a part of the cluster. */
  #goLiveWhenSettled(): void {
    if (this.#phase !== 'settling' || this.#running > 0 || this.#batch !== undefined) return;
    if (!this.#waitsForNames || !this.#wants.anyPending()) this.#goLive();
  }

  #goLive(): void {
    this.#phase = 'live';
    this.#cancelSettling();
    this.#options.log.info({ cluster: this.#options.cluster, ...this.counts() }, 'cluster objects complete');
    this.#options.sink.replace(this.#apps.all());
    this.#options.sink.synced();
  }

  /** Derives these Ingresses and then calls `done` with the applications that came out different. */
  #derive(keys: Iterable<string>, done: (apps: ReadonlySet<AppName>) => void, judged?: ReadonlySet<string>): void {
    const steps = this.#outcomes.deriveSteps(this.#keysWhileRunning([...keys]), judged);
    const derived = runInSlices(steps, this.#options.newTimeSlice());
    this.#running++;
    const finished = (apps: ReadonlySet<AppName>): void => {
      this.#running--;
      done(apps);
      this.#goLiveWhenSettled();
    };
    if (derived instanceof Promise) this.#deriving = this.#finish(this.#deriving, derived, finished);
    else finished(derived);
  }

  async #finish(
    before: Promise<void>,
    derived: Promise<ReadonlySet<AppName>>,
    done: (apps: ReadonlySet<AppName>) => void,
  ): Promise<void> {
    const [apps] = await Promise.all([derived, before]);
    if (this.#phase !== 'stopped') done(apps);
  }

  /** Checks before each Ingress, so that none is derived after a stop. */
  *#keysWhileRunning(keys: Iterable<string>): Generator<string> {
    for (const key of keys) if (this.#phase !== 'stopped') yield key;
  }

  /** Publishes before the call returns, because the operator's next look must show it. */
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

  /** The key of an object in the form `cluster/namespace/ingress`. */
  #keyOf(object: string): string {
    return object.slice(this.#options.cluster.length + 1);
  }

  /** A load balancer that changes also changes its DNS records, so they are looked up now and not when they expire. */
  #refreshNames(key: string): void {
    for (const name of this.#wants.namesOf(key)) this.#options.resolver.refresh?.(name);
  }
}

/** Of an object's key. */
function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
