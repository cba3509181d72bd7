import { MultiMap } from '../../shared/collections/multi-map.ts';
import type { Resolver } from '../ports/resolver.ts';

const NONE: ReadonlySet<string> = new Set();

/** Which Ingresses need which DNS names. A name that no Ingress needs any more is released. */
export class NameWants {
  readonly #resolver: Resolver;
  readonly #ingressesByName = new MultiMap();
  readonly #namesByIngress = new Map<string, ReadonlySet<string>>();

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  set(ingress: string, names: ReadonlySet<string>): void {
    const before = this.namesOf(ingress);
    for (const name of names) this.#ingressesByName.add(name, ingress);
    if (names.size === 0) this.#namesByIngress.delete(ingress);
    else this.#namesByIngress.set(ingress, names);
    for (const name of before) {
      if (names.has(name)) continue;
      this.#ingressesByName.delete(name, ingress);
      if (!this.#ingressesByName.has(name)) this.#resolver.release(name);
    }
  }

  namesOf(ingress: string): ReadonlySet<string> {
    return this.#namesByIngress.get(ingress) ?? NONE;
  }

  ingressesOf(name: string): ReadonlySet<string> {
    return this.#ingressesByName.get(name);
  }

  /** Whether some name has had neither an answer nor a failure yet. */
  anyPending(): boolean {
    for (const name of this.#ingressesByName.keys())
      if (this.#resolver.addresses(name) === undefined && this.#resolver.failure(name) === undefined) return true;
    return false;
  }

  releaseAll(): void {
    for (const ingress of this.#namesByIngress.keys()) this.set(ingress, NONE);
  }
}
