import type { Restart } from './observation.ts';

interface Seen {
  readonly at: number;
  /** Of the episode. */
  readonly index: number;
}

/** So far back can a registry file reach whose disk was full. */
const KEPT_MS = 300_000;

/** Which episode of each fact a replica has served last. A restart takes it back to what its registry file holds. */
export class Memory {
  readonly #seen = new Map<number, Map<string, readonly Seen[]>>();
  readonly #unguarded = new Set<number>();

  last(replica: number, key: string): number {
    return this.#of(replica).get(key)?.at(-1)?.index ?? 0;
  }

  saw(replica: number, key: string, index: number, at: number): void {
    const facts = this.#of(replica);
    const before = facts.get(key) ?? [];
    if (before.at(-1)?.index === index) return;
    const firstKept = before.findLastIndex((each) => each.at < at - KEPT_MS);
    facts.set(key, [...before.slice(Math.max(0, firstKept)), { at, index }]);
  }

  /**
   * Its process began without a registry file, and has never served the entry: it had nothing to compare the sources'
   * answers with.
   */
  unguarded(replica: number, key: string): boolean {
    return this.#unguarded.has(replica) && this.last(replica, key) === 0;
  }

  restarted({ replica, remembers }: Restart): void {
    if (remembers === undefined) {
      this.#seen.delete(replica);
      this.#unguarded.add(replica);
      return;
    }
    this.#unguarded.delete(replica);
    const facts = this.#of(replica);
    for (const [key, seen] of facts)
      facts.set(
        key,
        seen.filter(({ at }) => at <= remembers),
      );
  }

  #of(replica: number): Map<string, readonly Seen[]> {
    const known = this.#seen.get(replica);
    if (known !== undefined) return known;
    const facts = new Map<string, readonly Seen[]>();
    this.#seen.set(replica, facts);
    return facts;
  }
}
