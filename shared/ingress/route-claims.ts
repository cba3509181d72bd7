import { MultiMap } from '../collections/multi-map.ts';
import { byText } from '../model/order.ts';
import { objectKey } from './object-key.ts';
import { annotatedHostRoutes, routesOf, type Route } from './routes.ts';
import type { StrippedIngress } from './stripped.ts';

/** One Ingress that claims a route. */
export interface Claimant {
  readonly ingress: string;
  /** `namespace/service`; undefined: a resource. */
  readonly service: string | undefined;
  readonly byDefault: boolean;
  readonly createdAt: number;
}

/**
 * Which Ingress has which route (host and path). Of several that claim one, the controller gives it to the oldest, so that
 * one alone is remembered as first; a path that is written goes before a default backend, however old. The claims of each
 * class are apart, those without class too: another class is another controller.
 */
export class RouteClaims {
  /** By class and route, first claimant first. */
  readonly #claimants = new Map<string, readonly Claimant[]>();
  /** Route → the Ingresses whose outcome depends on who has it. */
  readonly #interested = new MultiMap();

  /** One Ingress changes; the answer is the keys of the others that this may touch: none while the first stay the first. */
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

  /** Whoever has the route among Ingresses of these classes. */
  first(classes: ReadonlySet<string | undefined>, route: string): Claimant | undefined {
    let first: Claimant | undefined;
    for (const className of classes) {
      const candidate = this.#claimants.get(claimId(className, route))?.[0];
      if (candidate !== undefined && (first === undefined || byPrecedence(candidate, first) < 0)) first = candidate;
    }
    return first;
  }

  /** The Ingresses whose outcome depends on a route that this one claims, itself among them. */
  sharing(ingress: StrippedIngress): readonly string[] {
    return routesOf(ingress).flatMap(({ key }) => [...this.#interested.get(key)]);
  }

  /** An Ingress that is gone depends on who has its routes, though it claims none any more. */
  follow(ingress: StrippedIngress): void {
    for (const route of this.#routesOfInterest(ingress)) this.#interested.add(route, objectKey(ingress));
  }

  /** `now`: the Ingress, where it is back. */
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

/** A creation that is not known, as of a manifest, counts as the youngest. */
function sinceOf({ createdAt }: Claimant): number {
  return createdAt || Number.MAX_SAFE_INTEGER;
}

function byPrecedence(a: Claimant, b: Claimant): number {
  return Number(a.byDefault) - Number(b.byDefault) || sinceOf(a) - sinceOf(b) || byText(a.ingress, b.ingress);
}

/** Where the claimant stands or would stand among others, by halving. */
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
