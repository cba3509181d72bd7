import type { DerivedCandidate, PublicationContent } from '../../shared/derivation/derive.ts';
import { MultiMap } from '../../shared/collections/multi-map.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import { sameData } from '../../shared/data/same-data.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { byText } from '../../shared/model/order.ts';
import type { AppContribution } from '../../shared/contribution/contribution.ts';
import type { Refusal } from '../../shared/contribution/refusal.ts';
import type { Traffic } from '../../shared/contribution/traffic.ts';

/** The current outcome of one Ingress. */
export type Outcome =
  | { readonly kind: 'published'; readonly app: AppName; readonly publication: Publication }
  | {
      readonly kind: 'refused';
      readonly app: AppName;
      readonly refusal: Refusal;
      /** The traffic that was valid before the refusal. */
      readonly lastTraffic: Traffic | undefined;
    };

/** The last valid traffic of the Ingress. */
export function lastTraffic(outcome: Outcome): Traffic | undefined {
  return outcome.kind === 'published' ? outcome.publication.traffic : outcome.lastTraffic;
}

/**
 * The outcomes by Ingress, and the contribution of each application that they result in. An outcome with equal content
 * keeps its object, so that identity shows what has changed.
 */
export class DerivedApps {
  readonly #outcomes = new Map<string, Outcome>();
  /** By Ingress, why its outcome does not follow its current content, or not completely. */
  readonly #faults = new Map<string, Refusal>();
  readonly #ingressesByApp = new MultiMap();
  /** Cached while valid, so that a change of thousands can be prepared in steps and published at once. */
  readonly #contributions = new Map<AppName, AppContribution>();
  /** By application, the Ingresses that are published as this application. */
  readonly #publishedByApp = new MultiMap();
  #published = 0;

  get published(): number {
    return this.#published;
  }

  /** The number of applications with at least one publication. */
  get publishedApps(): number {
    return this.#publishedByApp.size;
  }

  get refused(): number {
    return this.#outcomes.size - this.#published;
  }

  get(ingress: string): Outcome | undefined {
    return this.#outcomes.get(ingress);
  }

  /** The Ingresses that are published as this application. */
  publishedAs(app: AppName): ReadonlySet<string> {
    return this.#publishedByApp.get(app);
  }

  /** Restores the publication of an Ingress from a previous process. Must be called before anything is derived. */
  restore(ingress: string, publication: Publication): void {
    this.#replace(ingress, undefined, { kind: 'published', app: publication.app, publication });
  }

  /** The Ingresses with an outcome. */
  ingresses(): Iterable<string> {
    return this.#outcomes.keys();
  }

  /**
   * Sets the outcome of an Ingress. Returns the applications whose contribution changed: none when the outcome is the
   * same.
   */
  set(ingress: string, derived: DerivedCandidate | undefined, now: number): readonly AppName[] {
    const before = this.#outcomes.get(ingress);
    const after = derived === undefined ? undefined : nextOutcome(before, derived, now);
    const fault = this.#faults.get(ingress);
    if (derived?.fault === undefined) this.#faults.delete(ingress);
    else this.#faults.set(ingress, derived.fault);
    if (before !== after) return this.#replace(ingress, before, after);
    return after !== undefined && !sameData(fault, derived?.fault) ? this.#changed([after.app]) : [];
  }

  /**
   * For an Ingress that cannot be derived: its last outcome stays, and `fault` is added to the refusals. Returns the
   * applications whose contribution changed.
   */
  fail(ingress: string, app: AppName, fault: Refusal): readonly AppName[] {
    const before = this.#outcomes.get(ingress);
    if (before === undefined)
      return this.#replace(ingress, before, { kind: 'refused', app, refusal: fault, lastTraffic: undefined });
    this.#faults.set(ingress, fault);
    return this.#changed([before.app]);
  }

  #replace(ingress: string, before: Outcome | undefined, after: Outcome | undefined): readonly AppName[] {
    if (before !== undefined) this.#ingressesByApp.delete(before.app, ingress);
    if (after === undefined) this.#outcomes.delete(ingress);
    else {
      this.#ingressesByApp.add(after.app, ingress);
      this.#outcomes.set(ingress, after);
    }
    if (before?.kind === 'published') this.#publishedByApp.delete(before.app, ingress);
    if (after?.kind === 'published') this.#publishedByApp.add(after.app, ingress);
    this.#published += Number(after?.kind === 'published') - Number(before?.kind === 'published');
    return this.#changed([...new Set([before, after].flatMap((outcome) => outcome?.app ?? []))]);
  }

  #changed(apps: readonly AppName[]): readonly AppName[] {
    for (const app of apps) this.#contributions.delete(app);
    return apps;
  }

  /**
   * Several Ingresses may claim one name. All of them are contributed, by namespace and name; the merge decides which
   * one gets it.
   */
  contribution(app: AppName): AppContribution | undefined {
    const known = this.#contributions.get(app);
    if (known !== undefined) return known;
    const ingresses = [...this.#ingressesByApp.get(app)].toSorted(byText);
    if (ingresses.length === 0) return undefined;
    const outcomes = ingresses.flatMap((ingress) => this.#outcomes.get(ingress) ?? []);
    const faults = ingresses.flatMap((ingress) => this.#faults.get(ingress) ?? []);
    const contribution: AppContribution = {
      instances: [],
      publications: outcomes.flatMap((outcome) => (outcome.kind === 'published' ? outcome.publication : [])),
      refusals: [...outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? outcome.refusal : [])), ...faults],
    };
    this.#contributions.set(app, contribution);
    return contribution;
  }

  all(): ReadonlyMap<AppName, AppContribution> {
    const all = new Map<AppName, AppContribution>();
    for (const name of this.#ingressesByApp.keys()) {
      const app = appName(name);
      const contribution = this.contribution(app);
      if (contribution !== undefined) all.set(app, contribution);
    }
    return all;
  }
}

function nextOutcome(before: Outcome | undefined, { app, outcome }: DerivedCandidate, now: number): Outcome {
  switch (outcome.kind) {
    case 'refused':
      return before?.kind === 'refused' && before.app === app && sameData(before.refusal, outcome.refusal)
        ? before
        : { kind: 'refused', app, refusal: outcome.refusal, lastTraffic: before && lastTraffic(before) };
    case 'published': {
      const old = before?.kind === 'published' ? before.publication : undefined;
      const changedAt = old !== undefined && sameEntry(old, outcome.publication) ? old.changedAt : now;
      const publication: Publication = { ...outcome.publication, changedAt };
      return before !== undefined && sameData(old, publication) ? before : { kind: 'published', app, publication };
    }
  }
}

/**
 * Whether callers see the same entry. Counts, texts for people, what was probed and what is behind the load balancer may differ, otherwise every
 * rolling update would be a change.
 */
function sameEntry(before: Publication, after: PublicationContent): boolean {
  const { readyEndpoints, statusReason, notices, probe: _before, backend: _answered, ...content } = before;
  const { probe: _after, backend: _answers, ...next } = after;
  const same = { readyEndpoints, statusReason, notices };
  return sameData({ ...content, ...same }, { ...next, ...same, changedAt: before.changedAt });
}
