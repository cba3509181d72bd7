const NONE: ReadonlySet<string> = new Set();

/** Text → set of texts. A key whose set becomes empty is removed. */
export class MultiMap {
  readonly #sets = new Map<string, Set<string>>();

  add(key: string, member: string): void {
    const set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, new Set([member]));
    else set.add(member);
  }

  delete(key: string, member: string): void {
    const set = this.#sets.get(key);
    if (set?.delete(member) === true && set.size === 0) this.#sets.delete(key);
  }

  get(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? NONE;
  }

  has(key: string): boolean {
    return this.#sets.has(key);
  }

  /** How many keys have members. */
  get size(): number {
    return this.#sets.size;
  }

  keys(): IterableIterator<string> {
    return this.#sets.keys();
  }
}
