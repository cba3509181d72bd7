import type { Publication } from '../../shared/contribution/publication.ts';
import type { RefusalCause } from '../../shared/contribution/refusal.ts';
import type { ClusterObjects } from '../../shared/ingress/cluster-objects.ts';
import { deriveIngress, type DerivedIngress, type PublicationContent } from '../../shared/ingress/derive.ts';
import type { DerivationRules } from '../../shared/ingress/rules.ts';
import type { StrippedIngress } from '../../shared/ingress/stripped.ts';
import { deriveAsWitnessed, isDeletion, witnessOf, type Witness } from '../../shared/ingress/witness.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { DerivedApps } from './derived-apps.ts';
import type { DownDamping } from './down-damping.ts';
import type { NameWants } from './name-wants.ts';
import type { KnownIngress, Removals } from './removals.ts';

export interface OutcomesParts {
  readonly rules: DerivationRules;
  readonly objects: ClusterObjects;
  readonly apps: DerivedApps;
  readonly removals: Removals;
  readonly damping: DownDamping;
  readonly wants: NameWants;
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}

/** What deriving some Ingresses has come to so far. */
interface Run {
  /** Applications that came out different. */
  readonly changed: Set<AppName>;
  /** Deleted, and not judged yet: as published as ever. By application and Ingress. */
  readonly lost: Map<AppName, Map<string, KnownIngress>>;
  /** What may go: it was judged, or need not be. */
  readonly mayGo: ReadonlySet<string> | 'all';
  /** Ingresses to be derived once more, as something else was found out about them. */
  readonly again: Set<string>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * What each Ingress comes to, and in what way it stops being published: as somebody wants it, at once; because something
 * was deleted, after the guard has judged all that the change takes away.
 */
export class Outcomes {
  readonly #parts: OutcomesParts;
  /** What each published Ingress was derived from last. */
  readonly #witnesses = new Map<string, Witness>();

  constructor(parts: OutcomesParts) {
    this.#parts = parts;
  }

  /**
   * Derives these Ingresses anew, one in each step; returns the applications that came out different. `mayGo`: those whose
   * removal is not to be judged again.
   */
  *deriveSteps(keys: Iterable<string>, mayGo: ReadonlySet<string> = NONE): Steps<ReadonlySet<AppName>> {
    const { apps } = this.#parts;
    const run: Run = { changed: new Set(), lost: new Map(), mayGo, again: new Set() };
    yield* this.#eachSteps(keys, run);
    if (run.lost.size > 0) this.#judge(run);
    while (run.again.size > 0) {
      const again = [...run.again];
      run.again.clear();
      yield* this.#eachSteps(again, { ...run, mayGo: 'all' });
    }
    yield* eachSteps(run.changed, (app) => void apps.contribution(app));
    return run.changed;
  }

  #eachSteps(keys: Iterable<string>, run: Run): Steps<void> {
    return eachSteps(keys, (key) => {
      for (const app of this.#derive(key, run)) run.changed.add(app);
    });
  }

  /** In one turn: another derivation may be under way. */
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
    const ingress = this.#parts.objects.ingress(key);
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
      else if (run.mayGo !== 'all' && !run.mayGo.has(key)) {
        const ofApp = run.lost.get(known.app) ?? new Map<string, KnownIngress>();
        run.lost.set(known.app, ofApp.set(key, known));
        return [];
      }
      this.#parts.damping.forget(key);
      this.#parts.objects.unfollow(key);
      this.#witnesses.delete(key);
      return this.#setOutcome(key, derived);
    } catch (error) {
      return this.#contain(key, ingress, error);
    }
  }

  #publish(key: string, ingress: StrippedIngress, derived: DerivedIngress, run: Run): readonly AppName[] {
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

  /** The application is no loss: the other Ingresses that were held for it go or come on their own. */
  #forget(app: AppName, run: Run): void {
    for (const key of this.#parts.removals.forget(app)) run.again.add(key);
  }

  #setOutcome(key: string, derived: DerivedIngress | undefined): readonly AppName[] {
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

  #deriveNow(key: string, ingress: StrippedIngress): DerivedIngress {
    const { objects, rules, resolver, apps } = this.#parts;
    const before = apps.get(key);
    const current = before && { app: before.app, entry: this.#entry(key) };
    const derived = deriveIngress(ingress, objects, rules, resolver, current);
    if (derived.outcome.kind === 'refused') return derived;
    return { ...derived, outcome: { kind: 'published', publication: this.#damped(key, derived.outcome.publication) } };
  }

  /** A held Ingress is served on with the health of now. `refusal`: absent when the Ingress itself is gone. */
  #keep(key: string, known: KnownIngress, refusal: RefusalCause | undefined): DerivedIngress {
    const { objects, rules, resolver, removals } = this.#parts;
    const { app, witness, publication } = known;
    objects.follow(witness.ingress, witness.services);
    const current = { app, entry: this.#entry(key) ?? publication };
    const { outcome, namesWanted } = deriveAsWitnessed(witness, objects, rules, resolver, current);
    const content =
      outcome.kind === 'published' ? { ...outcome.publication, app } : asDown(publication, outcome.refusal);
    const why = refusal === undefined ? 'the Ingress is gone' : refusal.reason;
    const statusReason = `${content.statusReason}; ${removals.words(key)}: ${why}`;
    return {
      app,
      outcome: { kind: 'published', publication: this.#damped(key, { ...content, statusReason }) },
      namesWanted,
    };
  }

  #damped(key: string, content: PublicationContent): PublicationContent {
    return this.#parts.damping.apply(key, this.#entry(key), content);
  }

  /** As what the Ingress is published now. */
  #entry(key: string): Publication | undefined {
    const before = this.#parts.apps.get(key);
    return before?.kind === 'published' ? before.publication : undefined;
  }

  /** One Ingress that cannot be derived fails alone: its last outcome stays, and says so. */
  #contain(key: string, ingress: StrippedIngress | undefined, error: unknown): readonly AppName[] {
    const { rules, log, metrics, apps } = this.#parts;
    const { cluster } = rules;
    const app = apps.get(key)?.app ?? appName(ingress?.meta.name ?? key);
    metrics.count('application_faults', { stage: 'derive' });
    log.error({ cluster, ingress: key, app, err: error }, 'deriving an Ingress failed: its last known outcome stays');
    const what = error instanceof Error ? error.message : String(error);
    const reason = `what the Ingress says now cannot be worked out (${what}); what was known of it stays`;
    return apps.fail(key, app, { object: `${cluster}/${key}`, code: 'internal-error', reason });
  }
}

/** One of them in each step. */
function* eachSteps<T>(all: Iterable<T>, work: (one: T) => void): Steps<void> {
  let isFirst = true;
  for (const one of all) {
    if (!isFirst) yield;
    isFirst = false;
    work(one);
  }
}

/** It cannot be told any more whether calls would be answered. */
function asDown(publication: PublicationContent, { reason }: RefusalCause): PublicationContent {
  const status = publication.status === 'UP' ? 'DOWN' : publication.status;
  return { ...publication, status, readyEndpoints: 0, statusReason: reason };
}
