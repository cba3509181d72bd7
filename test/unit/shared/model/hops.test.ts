import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hopsFrom, hopsOf, isLoop } from '../../../../shared/model/hops.ts';

test('hops are read as they were written', () => {
  assert.deepEqual(hopsOf(hopsFrom('a', ['b', 'c'])), ['a', 'b', 'c']);
  assert.deepEqual(hopsOf(undefined), []);
  assert.deepEqual(hopsOf('a, , b\tc, d'), ['a', 'd']);
});

test('a chain is no loop; a way through ourselves, or twice through any server, is one', () => {
  assert.equal(isLoop('a', []), false);
  assert.equal(isLoop('a', ['b', 'c']), false);
  assert.equal(isLoop('a', ['a']), true);
  assert.equal(isLoop('a', ['b', 'a']), true);
  assert.equal(isLoop('a', ['b', 'c', 'c']), true);
});

test('the hops of a loop stay short', () => {
  let header = '';
  for (let turn = 0; turn < 100; turn++) header = hopsFrom('a', hopsOf(header));
  assert.equal(header, 'a, a');
  const many = Array.from({ length: 1000 }, (_, n) => `s${n}`);
  assert.ok(hopsFrom('a', many).length < 200);
  assert.ok(hopsOf(many.join(',')).length < 50);
});
