/** What an answer says of one instance, as far as a caller depends on it. */
export interface Entry {
  readonly address: string;
  /** Any of these is right. */
  readonly statuses: readonly string[];
}

/** What every answer must have and what it may have, by `APP/id`. */
export interface Facts {
  readonly must: ReadonlyMap<string, Entry>;
  readonly may: ReadonlyMap<string, Entry>;
}

/**
 * What is true at each moment, as the driver of a fault knows it. An answer is judged by the facts from its request to
 * its end: what changes meanwhile may be in it or not.
 */
export class Truth {
  #facts: Facts;

  constructor(must: Iterable<readonly [string, Entry]> = []) {
    this.#facts = { must: new Map(must), may: new Map() };
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** It may appear from now on: a change is being made. */
  allow(key: string, entry: Entry): void {
    this.#change((must, may) => {
      must.delete(key);
      may.set(key, entry);
    });
  }

  /** It is there, and may be this instead: it is being changed. */
  allowInstead(key: string, entry: Entry): void {
    this.#change((_, may) => void may.set(key, entry));
  }

  /** From now on every answer must have it: clients have seen it, and nothing took it away. */
  require(key: string, entry?: Entry): void {
    this.#change((must, may) => {
      const known = entry ?? may.get(key) ?? must.get(key);
      if (known === undefined) throw new Error(`nothing is known of ${key}`);
      may.delete(key);
      must.set(key, known);
    });
  }

  /** It may go from now on: there is evidence that it is gone. */
  release(keys: Iterable<string>): void {
    this.#change((must, may) => {
      for (const key of keys) {
        const known = must.get(key);
        if (known !== undefined) may.set(key, known);
        must.delete(key);
      }
    });
  }

  /** No answer may have it any more. */
  forbid(keys: Iterable<string>): void {
    this.#change((must, may) => {
      for (const key of keys) {
        must.delete(key);
        may.delete(key);
      }
    });
  }

  #change(edit: (must: Map<string, Entry>, may: Map<string, Entry>) => void): void {
    const must = new Map(this.#facts.must);
    const may = new Map(this.#facts.may);
    edit(must, may);
    this.#facts = { must, may };
  }
}

/** What is wrong with an answer, in words; empty when nothing is. */
export function wrongs(shown: ReadonlyMap<string, Entry>, before: Facts, after: Facts): readonly string[] {
  const found: string[] = [];
  for (const key of before.must.keys())
    if (after.must.has(key) && !shown.has(key)) found.push(`${key} is missing, without evidence that it is gone`);
  for (const [key, { address, statuses }] of shown) {
    const known = [before.must, before.may, after.must, after.may].flatMap((facts) => facts.get(key) ?? []);
    if (known.length === 0) found.push(`${key} was never true`);
    else if (!known.some((entry) => entry.address === address && statuses.every((s) => entry.statuses.includes(s))))
      found.push(`${key} is ${statuses.join()} at ${address}, which was never true`);
  }
  return found;
}
