import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OVERRIDE_IDLE_MS, OverrideMap, type OverrideScope } from '../../../../shared/lease/override-map.ts';
import { appName } from '../../../../shared/model/names.ts';
import { APP, ID, NOW } from '../../../support/lease-world.ts';

test('`get` keeps an entry alive, `has` does not', () => {
  const overrides = new OverrideMap('id');
  overrides.set(APP, ID, 'DOWN', NOW);
  assert.equal(overrides.has(APP, ID, NOW + OVERRIDE_IDLE_MS - 1), true);
  assert.equal(overrides.has(APP, ID, NOW + OVERRIDE_IDLE_MS), false);
  assert.equal(overrides.get(APP, ID, NOW + OVERRIDE_IDLE_MS - 1), 'DOWN');
  assert.equal(overrides.get(APP, ID, NOW + 2 * OVERRIDE_IDLE_MS - 2), 'DOWN');
});

test('removing an expired entry removes none', () => {
  const overrides = new OverrideMap('id');
  overrides.set(APP, ID, 'DOWN', NOW);
  assert.equal(overrides.remove(APP, ID, NOW + OVERRIDE_IDLE_MS), false);
  assert.equal(overrides.size, 0);
});

test('expired entries are swept out of memory, living ones stay', () => {
  const overrides = new OverrideMap('id');
  overrides.set(APP, ID, 'DOWN', NOW);
  overrides.sweep(NOW + OVERRIDE_IDLE_MS - 1);
  assert.equal(overrides.size, 1);
  overrides.sweep(NOW + OVERRIDE_IDLE_MS);
  assert.equal(overrides.size, 0);
});

const BILLS = appName('bills');

test('of an id there is one in all applications, or one in each', () => {
  for (const [scope, ofBills, size] of [
    ['id', 'DOWN', 1],
    ['instance', 'UP', 2],
  ] as const) {
    const overrides = new OverrideMap(scope);
    overrides.set(BILLS, ID, 'UP', NOW);
    overrides.set(APP, ID, 'DOWN', NOW);
    assert.deepEqual([overrides.get(BILLS, ID, NOW), overrides.size], [ofBills, size]);
    assert.equal(overrides.remove(APP, ID, NOW), true);
    assert.deepEqual([overrides.has(BILLS, ID, NOW), overrides.size], [scope === 'instance', size - 1]);
  }
});

test('those of another scope are taken over: of an id for its instances, of an instance for its id', () => {
  const restored = (from: OverrideMap, scope: OverrideScope): OverrideMap => {
    const to = new OverrideMap(scope);
    to.restore(from.all(NOW), () => [APP, BILLS], NOW);
    return to;
  };
  const byId = new OverrideMap('id');
  byId.set(APP, ID, 'DOWN', NOW);
  assert.deepEqual(restored(byId, 'id').all(NOW), byId.all(NOW));
  const byInstance = restored(byId, 'instance');
  assert.deepEqual(byInstance.all(NOW), [
    { app: APP, id: ID, status: 'DOWN' },
    { app: BILLS, id: ID, status: 'DOWN' },
  ]);
  assert.deepEqual(restored(byInstance, 'instance').all(NOW), byInstance.all(NOW));
  assert.deepEqual(restored(byInstance, 'id').all(NOW), byId.all(NOW));
});
