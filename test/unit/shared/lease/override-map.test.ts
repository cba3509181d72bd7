import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OVERRIDE_IDLE_MS, OverrideMap } from '../../../../shared/lease/override-map.ts';
import { ID, NOW } from '../../../support/lease-world.ts';

test('`get` keeps an entry alive, `has` does not', () => {
  const overrides = new OverrideMap();
  overrides.set(ID, 'DOWN', NOW);
  assert.equal(overrides.has(ID, NOW + OVERRIDE_IDLE_MS - 1), true);
  assert.equal(overrides.has(ID, NOW + OVERRIDE_IDLE_MS), false);
  assert.equal(overrides.get(ID, NOW + OVERRIDE_IDLE_MS - 1), 'DOWN');
  assert.equal(overrides.get(ID, NOW + 2 * OVERRIDE_IDLE_MS - 2), 'DOWN');
});

test('removing an expired entry removes none', () => {
  const overrides = new OverrideMap();
  overrides.set(ID, 'DOWN', NOW);
  assert.equal(overrides.remove(ID, NOW + OVERRIDE_IDLE_MS), false);
  assert.equal(overrides.size, 0);
});

test('expired entries are swept out of memory, living ones stay', () => {
  const overrides = new OverrideMap();
  overrides.set(ID, 'DOWN', NOW);
  overrides.sweep(NOW + OVERRIDE_IDLE_MS - 1);
  assert.equal(overrides.size, 1);
  overrides.sweep(NOW + OVERRIDE_IDLE_MS);
  assert.equal(overrides.size, 0);
});
