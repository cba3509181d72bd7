import { MultiMap } from '../collections/multi-map.ts';
import { byText } from '../model/order.ts';
import { objectKey } from './object-key.ts';
import { annotatedHostRoutes, routesOf, type Route } from './routes.ts';
import type { StrippedIngress } from './stripped.ts';

/** One Ingress that claims a route. */
export interface Claimant {
  readonly ingress: string;
  /** `namespace/service`; `undefined` for a resource. */
  readonly service: string | undefined;
  readonly byDefault: boolean;
  readonly createdAt: number;
}

/**
 * Which Ingress has which route (host and path). If several claim one, the controller gives it to the oldest, so only
 * the first matters. A written path takes precedence over a default backend of any age. The claims of each class are
 * separate, also those without a class, because another class means another controller.
 */
export class RouteClaims {
  /** By class and route, in the order of precedence. */
  readonly #claimants = new Map<string, readonly Claimant[]>();
  /** By route, the Ingresses whose outcome depends on who has it. */
  readonly #interested = new MultiMap();

  /**
   * Applies the change of one Ingress. Returns the keys of the other Ingresses that it may affect: none while the first
   * claimants stay the same.
   */
  replace(before: StrippedIngress | undefined, after: StrippedIngress | undefined): ReadonlySet<string> {
    const firsts = new Map<string, Claimant | undefined>();
    const touched = new Map<string, string>();
    for (const ingress of [before, after])
      for (const { key } of ingress === undefined ? [] : routesOf(ingress)) {
        const id = claimId(ingress?.className, key);
        touched.set(id, key);
        firsts.set(id, this.#claimants.get(id)?.[0]);
      }
    if (before !== undefined) this.#remove(before);
    if (after !== undefined) this.#add(after);
    const affected = new Set<string>();
    for (const [id, key] of touched)
      if (!sameClaim(firsts.get(id), this.#claimants.get(id)?.[0]))
        for (const ingress of this.#interested.get(key)) affected.add(ingress);
    return affected;
  }

  /** The claimant that has the route among Ingresses of these classes. */
  first(classes: ReadonlySet<string | undefined>, route: string): Claimant | undefined {
    let first: Claimant | undefined;
    for (const className of classes) {
      const candidate = this.#claimants.get(claimId(className, route))?.[0];
      if (candidate !== undefined && (first === undefined || byPrecedence(candidate, first) < 0)) first = candidate;
    }
    return first;
  }

  /** The Ingresses whose outcome depends on a route that this one claims, including itself. */
  sharing(ingress: StrippedIngress): readonly string[] {
    return routesOf(ingress).flatMap(({ key }) => [...this.#interested.get(key)]);
  }

  /** An Ingress that is gone depends on who has its routes, although it claims none any more. */
  follow(ingress: StrippedIngress): void {
    for (const route of this.#routesOfInterest(ingress)) this.#interested.add(route, objectKey(ingress));
  }

  /** `now`: the Ingress, if it is back. */
  unfollow(ingress: StrippedIngress, now: StrippedIngress | undefined): void {
    for (const route of this.#routesOfInterest(ingress)) this.#interested.delete(route, objectKey(ingress));
    if (now !== undefined) this.follow(now);
  }

  #routesOfInterest(ingress: StrippedIngress): readonly string[] {
    return [...routesOf(ingress).map(({ key }) => key), ...annotatedHostRoutes(ingress)];
  }

  #add(ingress: StrippedIngress): void {
    const key = objectKey(ingress);
    for (const route of routesOf(ingress)) {
      const id = claimId(ingress.className, route.key);
      const claimants = this.#claimants.get(id) ?? [];
      const claimant = claimantOf(key, ingress, route);
      this.#claimants.set(id, claimants.toSpliced(placeOf(claimant, claimants), 0, claimant));
      this.#interested.add(route.key, key);
    }
    for (const route of annotatedHostRoutes(ingress)) this.#interested.add(route, key);
  }

  #remove(ingress: StrippedIngress): void {
    const key = objectKey(ingress);
    for (const route of routesOf(ingress)) {
      const id = claimId(ingress.className, route.key);
      const claimants = this.#claimants.get(id) ?? [];
      const left = claimants.toSpliced(placeOf(claimantOf(key, ingress, route), claimants), 1);
      if (left.length === 0) this.#claimants.delete(id);
      else this.#claimants.set(id, left);
      this.#interested.delete(route.key, key);
    }
    for (const route of annotatedHostRoutes(ingress)) this.#interested.delete(route, key);
  }
}

function claimantOf(ingress: string, { meta }: StrippedIngress, { service, byDefault }: Route): Claimant {
  return { ingress, service, byDefault, createdAt: meta.createdAt };
}

/** Class names have no blanks, so this is unique. */
function claimId(className: string | undefined, route: string): string {
  return `${className ?? ''} ${route}`;
}

/** An Ingress without a creation time, as in manifests, counts as the youngest. */
function sinceOf({ createdAt }: Claimant): number {
  return createdAt || Number.MAX_SAFE_INTEGER;
}

function byPrecedence(a: Claimant, b: Claimant): number {
  return Number(a.byDefault) - Number(b.byDefault) || sinceOf(a) - sinceOf(b) || byText(a.ingress, b.ingress);
}

/** The index of the claimant among the others, or where it would be inserted, by bisection. */
function placeOf(claimant: Claimant, among: readonly Claimant[]): number {
  let [low, high] = [0, among.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = among[middle];
    if (other !== undefined && byPrecedence(other, claimant) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameClaim(a: Claimant | undefined, b: Claimant | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return byPrecedence(a, b) === 0 && a.service === b.service;
}
