import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedIn } from '../../../../shared/registry/hashcode.ts';

test('a hash code counts the sum of its numbers, whatever the statuses and their order', () => {
  assert.equal(countedIn(''), 0);
  assert.equal(countedIn('UP_3_'), 3);
  assert.equal(countedIn('DOWN_1_OUT_OF_SERVICE_20_UP_300_'), 321);
  assert.equal(countedIn('UP_3_DOWN_1_BUSY_2_'), 6);
});

test('a hash code of another form counts nothing that is known', () => {
  for (const text of ['UP_3', 'UP_3_DOWN', 'up_3_', '3', 'UP__3_', 'UP_-3_', 'UP_3_ ', '_3_', 'UP_3.5_', 'a1b2c3'])
    assert.equal(countedIn(text), undefined, text);
  assert.equal(countedIn(`UP_${'9'.repeat(20)}_`), undefined);
});
