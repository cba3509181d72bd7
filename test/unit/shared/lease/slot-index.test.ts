import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SlotIndex } from '../../../../shared/lease/slot-index.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';

test('whatever comes and goes, each instance is found under a slot of its own, and no other is found', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  const name = fc.integer({ min: 0, max: 60 });
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'add', 'add', 'remove'), name, name), { maxLength: 800 });
  const property = fc.property(steps, (sequence) => {
    const index = new SlotIndex();
    const slots = new Map<string, number>();
    for (const [step, a, i] of sequence) {
      const [app, id] = [appName(`a${a}`), instanceId(`i${i}`)];
      const key = `${app}/${id}`;
      if (step === 'remove') {
        index.remove(app, id);
        slots.delete(key);
      } else if (!slots.has(key)) slots.set(key, index.add(app, id));
      assert.equal(index.find(app, id), slots.get(key), key);
    }
    assert.equal(index.size, slots.size);
    assert.equal(new Set(slots.values()).size, slots.size);
    for (let a = 0; a <= 60; a++)
      for (let i = 0; i <= 60; i += 7)
        assert.equal(index.find(appName(`a${a}`), instanceId(`i${i}`)), slots.get(`A${a}/i${i}`));
  });
  fc.assert(property, { seed, numRuns: 100 });
});

test('slots stay dense: one that was given back is used again', () => {
  const index = new SlotIndex();
  const app = appName('a');
  for (let round = 0; round < 5; round++) {
    const slots = Array.from({ length: 100 }, (_, i) => index.add(app, instanceId(`${round}-${i}`)));
    assert.ok(Math.max(...slots) < 100);
    for (let i = 0; i < 100; i++) index.remove(app, instanceId(`${round}-${i}`));
  }
  assert.equal(index.size, 0);
});

test('where an application ends and an id begins makes a difference', () => {
  const index = new SlotIndex();
  index.add(appName('AB'), instanceId('C'));
  assert.equal(index.find(appName('A'), instanceId('BC')), undefined);
});
