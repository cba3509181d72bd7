import { isIpAddress } from '../../shared/address/ip-address.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { NameWatch } from './name-watch.ts';

/**
 * The resolver of one source, on the watch that all sources share. A source releases only its own names; a name stays
 * watched until the last source has released it.
 */
export class DnsResolver implements Resolver {
  readonly #watch: NameWatch;
  readonly #held = new Set<string>();

  constructor(watch: NameWatch) {
    this.#watch = watch;
  }

  addresses(name: string): readonly string[] | undefined {
    if (isIpAddress(name)) return [name];
    if (!this.#held.has(name)) {
      this.#held.add(name);
      this.#watch.hold(name);
    }
    return this.#watch.addresses(name);
  }

  failure(name: string): string | undefined {
    return this.#watch.failure(name);
  }

  overdue(name: string): string | undefined {
    return this.#watch.overdue(name);
  }

  release(name: string): void {
    if (this.#held.delete(name)) this.#watch.drop(name);
  }

  refresh(name: string): void {
    this.#watch.refresh(name);
  }

  onChange(listener: (name: string) => void): () => void {
    return this.#watch.onChange(listener);
  }
}
