import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceStatus } from '../../../../shared/model/instance.ts';
import { countStatuses, hashCode, NO_COUNTS, replaceCounts } from '../../../../shared/registry/hashcode.ts';
import { instance } from '../../../support/instances.ts';

const of = (...statuses: readonly InstanceStatus[]) =>
  countStatuses(statuses.map((status, n) => instance('A', `a-${n}`, { status })));

test('the hash code has every status that occurs, one or many, in the order of the alphabet', () => {
  assert.equal(hashCode(NO_COUNTS), '');
  for (const status of ['DOWN', 'OUT_OF_SERVICE', 'STARTING', 'UNKNOWN', 'UP'] as const) {
    assert.equal(hashCode(of(status)), `${status}_1_`);
    assert.equal(hashCode(of(...Array.from({ length: 12 }, () => status))), `${status}_12_`);
  }
  const all = of('UP', 'UNKNOWN', 'STARTING', 'OUT_OF_SERVICE', 'DOWN', 'UP', 'DOWN');
  assert.equal(hashCode(all), 'DOWN_2_OUT_OF_SERVICE_1_STARTING_1_UNKNOWN_1_UP_2_');
});

test('counts follow an application that changes', () => {
  const total = of('UP', 'UP', 'STARTING');
  assert.deepEqual(
    replaceCounts(total, of('UP', 'STARTING'), of('DOWN', 'DOWN', 'UP')),
    of('UP', 'UP', 'DOWN', 'DOWN'),
  );
});
