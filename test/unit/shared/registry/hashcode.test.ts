import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceStatus } from '../../../../shared/model/instance.ts';
import { countedIn, countStatuses, hashCode, NO_COUNTS, replaceCounts } from '../../../../shared/registry/hashcode.ts';
import { instance } from '../../../support/instances.ts';

/** What stock servers answer for these instances. */
const BY_STATUSES: readonly (readonly [string, readonly InstanceStatus[]])[] = [
  ['', []],
  ['UP_1_', ['UP']],
  ['DOWN_1_', ['DOWN']],
  ['STARTING_1_', ['STARTING']],
  ['OUT_OF_SERVICE_1_', ['OUT_OF_SERVICE']],
  ['UNKNOWN_1_', ['UNKNOWN']],
  ['DOWN_1_UP_2_', ['UP', 'DOWN', 'UP']],
  ['STARTING_2_UNKNOWN_1_', ['STARTING', 'UNKNOWN', 'STARTING']],
  [
    'DOWN_1_OUT_OF_SERVICE_1_STARTING_1_UNKNOWN_1_UP_11_',
    ['UNKNOWN', 'STARTING', ...Array<InstanceStatus>(11).fill('UP'), 'OUT_OF_SERVICE', 'DOWN'],
  ],
];

for (const [hash, statuses] of BY_STATUSES)
  test(`${statuses.length} instances have the hash code "${hash}", counted at once or one by one`, () => {
    const instances = statuses.map((status, n) => instance('A', `a-${n}`, { status }));
    assert.equal(hashCode(countStatuses(instances)), hash);
    let counts = NO_COUNTS;
    for (const each of instances) counts = replaceCounts(counts, NO_COUNTS, countStatuses([each]));
    assert.equal(hashCode(counts), hash);
    for (const each of instances) counts = replaceCounts(counts, countStatuses([each]), NO_COUNTS);
    assert.equal(hashCode(counts), '');
  });

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
