import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf, renderDeltaCost } from '../../../../shared/api/delta-cost.ts';

test('the delta as a whole, and the ten applications with the most bytes of it', () => {
  const all = Array.from({ length: 12 }, (_, n) => ({ app: `APP-${n}`, instances: 2, bytes: n * 10 + 0.5 }));
  const cost = costOf(all);
  assert.equal(cost.instances, 24);
  assert.equal(cost.bytes, 666);
  assert.deepEqual(
    cost.applications.map(({ app }) => app),
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `APP-${n}`),
  );
  assert.deepEqual(renderDeltaCost(cost).split('\n').slice(0, 3), [
    'each poll of a client fetches 24 changed instances, 666 bytes compressed',
    'MOST OF THE DELTA  INSTANCES  BYTES',
    'APP-11             2          111',
  ]);
});

test('an empty delta has no table', () => {
  assert.equal(renderDeltaCost(costOf([])), 'each poll of a client fetches 0 changed instances, 0 bytes compressed');
});
