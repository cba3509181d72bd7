import { errorText } from '../../shared/error-text.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import type { RefusalCause } from '../../shared/contribution/refusal.ts';
import type { ClusterObjects } from '../../shared/ingress/cluster-objects.ts';
import { deriveCandidate, type DerivedCandidate, type PublicationContent } from '../../shared/derivation/derive.ts';
import type { DerivationRules } from '../../shared/ingress/rules.ts';
import type { Candidate } from '../../shared/ingress/stripped.ts';
import {
  deriveAsWitnessed,
  isDeletion,
  witnessedObjects,
  witnessOf,
  type Witness,
} from '../../shared/derivation/witness.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Resolver } from '../ports/resolver.ts';
import { lastTraffic, type DerivedApps } from './derived-apps.ts';
import type { DownDamping } from './down-damping.ts';
import type { NameWants } from './name-wants.ts';
import type { PublishGate } from './publish-gate.ts';
import type { KnownIngress, Removals } from './removals.ts';

export interface OutcomesParts {
  readonly rules: DerivationRules;
  readonly objects: ClusterObjects;
  readonly apps: DerivedApps;
  readonly removals: Removals;
  readonly damping: DownDamping;
  readonly gate: PublishGate;
  readonly wants: NameWants;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}

/** The intermediate results of deriving some Ingresses. */
interface Run {
  /** The applications whose contributions changed. */
  readonly changed: Set<AppName>;
  /** Deleted Ingresses that are not judged yet and still published, by application and Ingress. */
  readonly lost: Map<AppName, Map<string, KnownIngress>>;
  /** The Ingresses whose removal was judged or need not be. */
  readonly judged: ReadonlySet<string> | 'all';
  /** Ingresses to be derived again, because their state changed in the same run. */
  readonly again: Set<string>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The outcome of each Ingress, and how it stops being published: at once after an intended change; after a deletion,
 * only when the guard has judged everything that the change removes.
 */
export class Outcomes {
  readonly #parts: OutcomesParts;
  /** What each published Ingress was derived from last. */
  readonly #witnesses = new Map<string, Witness>();

  constructor(parts: OutcomesParts) {
    this.#parts = parts;
  }

  /**
   * Must be called before anything is derived. An Ingress that the lists do not contain later is lost, and judged as
   * usual.
   */
  restore(ingress: string, { witness, publication }: KnownIngress): void {
    this.#witnesses.set(ingress, witness);
    this.#parts.apps.restore(ingress, publication);
  }

  /** What the Ingress is published from, whether held or not. */
  witness(ingress: string): Witness | undefined {
    return this.#parts.removals.known(ingress)?.witness ?? this.#witnesses.get(ingress);
  }

  /**
   * Derives these Ingresses anew, one in each step. Returns the applications whose contributions changed. `judged`: the
   * Ingresses whose removal is not judged again.
   */
  *deriveSteps(keys: Iterable<string>, judged: ReadonlySet<string> = NONE): Steps<ReadonlySet<AppName>> {
    const { apps } = this.#parts;
    const run: Run = { changed: new Set(), lost: new Map(), judged, again: new Set() };
    yield* this.#eachSteps(keys, run);
    if (run.lost.size > 0) this.#judge(run);
    while (run.again.size > 0) {
      const again = [...run.again];
      run.again.clear();
      yield* this.#eachSteps(again, { ...run, judged: 'all' });
    }
    yield* eachSteps(run.changed, (app) => void apps.contribution(app));
    return run.changed;
  }

  #eachSteps(keys: Iterable<string>, run: Run): Steps<void> {
    return eachSteps(keys, (key) => {
      for (const app of this.#derive(key, run)) run.changed.add(app);
    });
  }

  /** Runs in one turn, because another derivation may be in progress. */
  #judge({ lost, again }: Run): void {
    const { apps, removals } = this.#parts;
    for (const [app, ingresses] of lost) {
      for (const key of ingresses.keys()) again.add(key);
      // An application is lost with its last Ingress.
      const left = apps.publishedAs(app);
      if (left.size !== ingresses.size || [...left].some((key) => !ingresses.has(key))) lost.delete(app);
    }
    const published = { applications: apps.publishedApps, ingresses: apps.published };
    for (const key of removals.judge(lost, published)) again.add(key);
  }

  #derive(key: string, run: Run): readonly AppName[] {
    const ingress = this.#parts.objects.candidate(key);
    try {
      const derived = ingress && this.#deriveNow(key, ingress);
      if (ingress !== undefined && derived?.outcome.kind === 'published')
        return this.#publish(key, ingress, derived, run);
      const refusal = derived?.outcome.kind === 'refused' ? derived.outcome.refusal : undefined;
      const held = this.#parts.removals.known(key);
      const known = held ?? this.#known(key);
      if (known === undefined || !isDeletion(known.witness, ingress, refusal?.code, this.#parts.objects)) {
        if (held !== undefined) this.#forget(held.app, run);
      } else if (held !== undefined) return this.#setOutcome(key, this.#keep(key, held, refusal));
      else if (run.judged !== 'all' && !run.judged.has(key)) {
        const ofApp = run.lost.get(known.app) ?? new Map<string, KnownIngress>();
        run.lost.set(known.app, ofApp.set(key, known));
        return [];
      }
      this.#parts.damping.forget(key);
      if (ingress === undefined) this.#parts.gate.forget(key);
      else this.#parts.gate.rest(key);
      this.#parts.objects.unfollow(key);
      this.#witnesses.delete(key);
      return this.#setOutcome(key, derived);
    } catch (error) {
      return this.#contain(key, ingress, error);
    }
  }

  #publish(key: string, ingress: Candidate, derived: DerivedCandidate, run: Run): readonly AppName[] {
    const { objects, removals, rules } = this.#parts;
    const heldAs = removals.heldAs(key);
    if (heldAs !== undefined) {
      objects.unfollow(key);
      this.#forget(heldAs, run);
    }
    if (heldAs !== derived.app) this.#forget(derived.app, run);
    run.again.delete(key);
    this.#witnesses.set(key, witnessOf(ingress, objects, rules.origin));
    return this.#setOutcome(key, derived);
  }

  /** The application is not lost: the other Ingresses that were held for it are derived again, each on its own. */
  #forget(app: AppName, run: Run): void {
    for (const key of this.#parts.removals.forget(app)) run.again.add(key);
  }

  #setOutcome(key: string, derived: DerivedCandidate | undefined): readonly AppName[] {
    const { wants, apps, clock } = this.#parts;
    wants.set(key, derived?.namesWanted ?? NONE);
    return apps.set(key, derived, clock.now());
  }

  #known(key: string): KnownIngress | undefined {
    const outcome = this.#parts.apps.get(key);
    const witness = this.#witnesses.get(key);
    if (outcome?.kind !== 'published' || witness === undefined) return undefined;
    return { app: outcome.app, witness, publication: outcome.publication };
  }

  #deriveNow(key: string, ingress: Candidate): DerivedCandidate {
    const { objects, rules, resolver, apps } = this.#parts;
    const before = apps.get(key);
    const current = before && { app: before.app, entry: this.#entry(key), traffic: lastTraffic(before) };
    const derived = deriveCandidate(ingress, objects, rules, resolver, current);
    if (derived.outcome.kind === 'refused') return derived;
    return { ...derived, outcome: { kind: 'published', publication: this.#shown(key, derived.outcome.publication) } };
  }

  /** Keeps a held Ingress published, with its current health. `refusal`: absent when the Ingress itself is gone. */
  #keep(key: string, known: KnownIngress, refusal: RefusalCause | undefined): DerivedCandidate {
    const { objects, rules, resolver, removals } = this.#parts;
    const { app, witness, publication } = known;
    objects.follow(witness.candidate, witnessedObjects(witness));
    const current = { app, entry: this.#entry(key) ?? publication, traffic: publication.traffic };
    const { outcome, namesWanted } = deriveAsWitnessed(witness, objects, rules, resolver, current);
    const content =
      outcome.kind === 'published' ? { ...outcome.publication, app } : asDown(publication, outcome.refusal);
    const why = refusal === undefined ? 'the Ingress is gone' : refusal.reason;
    const statusReason = removals.statusReason(key, content.statusReason, why);
    return {
      app,
      outcome: { kind: 'published', publication: this.#shown(key, { ...content, statusReason }) },
      namesWanted,
    };
  }

  #shown(key: string, content: PublicationContent): PublicationContent {
    const { damping, gate } = this.#parts;
    const before = this.#entry(key);
    return gate.apply(key, before, damping.apply(key, before, content));
  }

  /** The current publication of the Ingress. */
  #entry(key: string): Publication | undefined {
    const before = this.#parts.apps.get(key);
    return before?.kind === 'published' ? before.publication : undefined;
  }

  /** One Ingress that cannot be derived fails alone: its last outcome stays and shows the fault. */
  #contain(key: string, ingress: Candidate | undefined, error: unknown): readonly AppName[] {
    const { rules, log, metrics, apps } = this.#parts;
    const { cluster } = rules;
    const app = apps.get(key)?.app ?? appName(ingress?.meta.name ?? key);
    metrics.count('application_faults', { stage: 'derive' });
    log.error({ cluster, ingress: key, app, err: error }, 'deriving an Ingress failed: its last known outcome stays');
    const what = errorText(error);
    const reason = `what the Ingress says now cannot be worked out (${what}); what was known of it stays`;
    return apps.fail(key, app, { object: `${cluster}/${key}`, code: 'internal-error', reason });
  }
}

/** Works on one element in each step. */
function* eachSteps<T>(all: Iterable<T>, work: (one: T) => void): Steps<void> {
  let isFirst = true;
  for (const one of all) {
    if (!isFirst) yield;
    isFirst = false;
    work(one);
  }
}

/** The publication as DOWN, because it is no longer known whether calls would be answered. */
function asDown(publication: PublicationContent, { reason }: RefusalCause): PublicationContent {
  const status = publication.status === 'UP' ? 'DOWN' : publication.status;
  return { ...publication, status, readyEndpoints: 0, statusReason: reason };
}
