import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MultiMap } from '../../../../shared/collections/multi-map.ts';

test('a key has its members, each once, until the last of them is deleted', () => {
  const map = new MultiMap();
  map.add('a', '1');
  map.add('a', '2');
  map.add('a', '2');
  map.add('b', '1');
  assert.deepEqual([...map.get('a')], ['1', '2']);
  assert.deepEqual([[...map.keys()], map.size, map.has('a')], [['a', 'b'], 2, true]);
  map.delete('a', '1');
  assert.deepEqual([[...map.get('a')], map.has('a'), map.size], [['2'], true, 2]);
  map.delete('a', '2');
  assert.deepEqual([[...map.get('a')], map.has('a'), [...map.keys()]], [[], false, ['b']]);
});

test('deleting what is not there changes nothing', () => {
  const map = new MultiMap();
  map.add('a', '1');
  map.delete('a', '2');
  map.delete('b', '1');
  assert.deepEqual([[...map.get('a')], map.size, map.has('b')], [['1'], 1, false]);
});
