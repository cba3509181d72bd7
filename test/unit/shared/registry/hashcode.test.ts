import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceStatus } from '../../../../shared/model/instance.ts';
import { countStatuses, hashCode, NO_COUNTS, replaceCounts } from '../../../../shared/registry/hashcode.ts';
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
