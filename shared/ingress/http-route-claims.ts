import { hostnamePatternsOver } from '../address/hostname-pattern.ts';
import { MultiMap } from '../collections/multi-map.ts';
import { annotation } from './annotation-keys.ts';
import { readAnnotation } from './annotations.ts';
import { HOST } from './annotation-values.ts';
import { isWildcard } from './ingress-host.ts';
import { keyOf, objectKey } from './object-key.ts';
import type { StrippedHttpRoute } from './stripped-gateway.ts';

/** In place of a pattern: whoever may take the host of a listener depends on every host. */
const EVERY = '*';

/**
 * Which HTTPRoutes name which host at which Gateway, so that rivals for one host are found without looking at all
 * routes. Whether a route is attached there is decided where it is derived.
 */
export class HttpRouteClaims {
  readonly #claims = new MultiMap();
  /** Routes whose outcome depends on who claims the host. */
  readonly #interested = new MultiMap();

  add(route: StrippedHttpRoute): void {
    for (const claim of claimsOf(route)) this.#claims.add(claim, objectKey(route));
    this.follow(route);
  }

  remove(route: StrippedHttpRoute): void {
    for (const claim of claimsOf(route)) this.#claims.delete(claim, objectKey(route));
    this.unfollow(route);
  }

  follow(route: StrippedHttpRoute): void {
    for (const claim of interestsOf(route)) this.#interested.add(claim, objectKey(route));
  }

  unfollow(route: StrippedHttpRoute): void {
    for (const claim of interestsOf(route)) this.#interested.delete(claim, objectKey(route));
  }

  /** The routes that depend on this one, itself among them. */
  sharing(route: StrippedHttpRoute): readonly string[] {
    const buckets = [...claimsOf(route), ...gatewaysOf(route).map((gateway) => claimId(gateway, EVERY))];
    return buckets.flatMap((claim) => [...this.#interested.get(claim)]);
  }

  /** The routes that name this pattern at the Gateway. */
  claiming(gateway: string, pattern: string): ReadonlySet<string> {
    return this.#claims.get(claimId(gateway, pattern));
  }
}

/** The Gateways that a route names, each once, as `namespace/name`. */
export function gatewaysOf({ parents }: StrippedHttpRoute): readonly string[] {
  return [
    ...new Set(parents.flatMap(({ gateway }) => (gateway === undefined ? [] : keyOf(gateway.namespace, gateway.name)))),
  ];
}

function claimsOf(route: StrippedHttpRoute): readonly string[] {
  const patterns = route.hostnames.length === 0 ? [''] : route.hostnames;
  return gatewaysOf(route).flatMap((gateway) => patterns.map((pattern) => claimId(gateway, pattern)));
}

function interestsOf(route: StrippedHttpRoute): readonly string[] {
  const annotated = readAnnotation(route.meta.annotations, annotation('host'), HOST);
  const named = annotated.ok && annotated.value !== undefined ? [annotated.value] : [];
  const patterns = new Set([...route.hostnames, ...named].flatMap(hostnamePatternsOver));
  // The host may be that of a listener.
  if (route.hostnames.length === 0 || route.hostnames.some(isWildcard)) patterns.add('').add(EVERY);
  return gatewaysOf(route).flatMap((gateway) => [...patterns].map((pattern) => claimId(gateway, pattern)));
}

/** Names have no blanks, so this is unique. */
function claimId(gateway: string, pattern: string): string {
  return `${gateway} ${pattern}`;
}
