const SHARDS = 4096;

/**
 * An immutable string-keyed map whose copies share all but the touched shards: a snapshot of 100,000 instances gives
 * its successor the same index at the cost of the few keys that changed.
 */
export class ShardedMap<V> {
  readonly #shards: readonly (ReadonlyMap<string, V> | undefined)[];
  readonly size: number;

  private constructor(shards: readonly (ReadonlyMap<string, V> | undefined)[], size: number) {
    this.#shards = shards;
    this.size = size;
  }

  static empty<V>(): ShardedMap<V> {
    return new ShardedMap<V>(
      Array.from({ length: SHARDS }, () => undefined),
      0,
    );
  }

  get(key: string): V | undefined {
    return this.#shards[shardOf(key)]?.get(key);
  }

  /** A copy in which each key has the given value; `undefined` removes it. */
  with(changes: ReadonlyMap<string, V | undefined>): ShardedMap<V> {
    if (changes.size === 0) return this;
    const shards = this.#shards.slice();
    const copied = new Map<number, Map<string, V>>();
    let size = this.size;
    for (const [key, value] of changes) {
      const number = shardOf(key);
      let shard = copied.get(number);
      if (shard === undefined) {
        shard = new Map(shards[number]);
        copied.set(number, shard);
        shards[number] = shard;
      }
      const before = shard.size;
      if (value === undefined) shard.delete(key);
      else shard.set(key, value);
      size += shard.size - before;
    }
    return new ShardedMap(shards, size);
  }
}

function shardOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}
