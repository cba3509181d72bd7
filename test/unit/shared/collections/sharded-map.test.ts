import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ShardedMap } from '../../../../shared/collections/sharded-map.ts';

const key = fc.integer({ min: 0, max: 60 }).map((n) => `key-${n}`);
const change = fc.tuple(key, fc.option(fc.integer(), { nil: undefined }));

test('each copy equals a plain map with the same changes, and earlier copies do not change', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 20 }), { maxLength: 20 }), (batches) => {
      const naive = new Map<string, number>();
      const made: [ShardedMap<number>, Map<string, number>][] = [];
      let map = ShardedMap.empty<number>();
      for (const batch of batches) {
        const changes = new Map(batch);
        for (const [name, value] of changes)
          if (value === undefined) naive.delete(name);
          else naive.set(name, value);
        map = map.with(changes);
        made.push([map, new Map(naive)]);
      }
      for (const [is, expected] of made) {
        assert.equal(is.size, expected.size);
        for (let n = 0; n <= 60; n++) assert.equal(is.get(`key-${n}`), expected.get(`key-${n}`));
      }
    }),
  );
});

test('keys in the same shard are kept apart', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `id-${i}`);
  const map = ShardedMap.empty<number>().with(new Map(names.map((name, i) => [name, i])));
  assert.equal(map.size, names.length);
  for (const [i, name] of names.entries()) assert.equal(map.get(name), i);
  const odd = map.with(new Map(names.filter((_, i) => i % 2 === 1).map((name) => [name, undefined])));
  assert.equal(odd.size, names.length / 2);
  for (const [i, name] of names.entries()) assert.equal(odd.get(name), i % 2 === 1 ? undefined : i);
});

test('without changes the map is the same object', () => {
  const map = ShardedMap.empty<number>().with(new Map([['a', 1]]));
  assert.equal(map.with(new Map()), map);
  assert.equal(map.with(new Map([['b', undefined]])).size, 1);
});
