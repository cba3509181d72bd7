import { fnv } from '../model/hash.ts';

/** A power of two. */
const SHARD_COUNT = 4096;

/**
 * A few dozen keys at 100,000 instances. Two lists that short are searched as fast as a map, and copied ten times as
 * fast.
 */
interface Shard<V> {
  readonly keys: readonly string[];
  readonly values: readonly V[];
}

interface CopiedShard<V> {
  readonly keys: string[];
  readonly values: V[];
}

/**
 * An immutable map with string keys. Copies share all shards but the changed ones, so that the index of the next
 * snapshot costs only the keys that changed, whatever the size of the registry.
 */
export class ShardedMap<V> {
  readonly #shards: readonly (Shard<V> | undefined)[];
  readonly size: number;

  private constructor(shards: readonly (Shard<V> | undefined)[], size: number) {
    this.#shards = shards;
    this.size = size;
  }

  static empty<V>(): ShardedMap<V> {
    return new ShardedMap<V>(
      Array.from({ length: SHARD_COUNT }, () => undefined),
      0,
    );
  }

  get(key: string): V | undefined {
    const shard = this.#shards[shardOf(key)];
    return shard?.values[shard.keys.indexOf(key)];
  }

  /** A copy in which each key has the given value; `undefined` removes it. */
  with(changes: ReadonlyMap<string, V | undefined>): ShardedMap<V> {
    if (changes.size === 0) return this;
    const shards = this.#shards.slice();
    const copied = new Map<number, CopiedShard<V>>();
    let size = this.size;
    for (const [key, value] of changes) {
      const number = shardOf(key);
      let shard = copied.get(number);
      if (shard === undefined) {
        const before = shards[number];
        shard = { keys: before?.keys.slice() ?? [], values: before?.values.slice() ?? [] };
        copied.set(number, shard);
        shards[number] = shard;
      }
      const before = shard.keys.length;
      put(shard, key, value);
      size += shard.keys.length - before;
    }
    return new ShardedMap(shards, size);
  }
}

function put<V>({ keys, values }: CopiedShard<V>, key: string, value: V | undefined): void {
  const known = keys.indexOf(key);
  if (value !== undefined) {
    const at = known === -1 ? keys.push(key) - 1 : known;
    values[at] = value;
  } else if (known !== -1) {
    keys.splice(known, 1);
    values.splice(known, 1);
  }
}

function shardOf(key: string): number {
  const hash = fnv(key);
  return (hash ^ (hash >>> 16)) & (SHARD_COUNT - 1);
}
