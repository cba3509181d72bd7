import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazy } from '../../../shared/lazy.ts';

test('a lazy value is made once, when it is asked for; after a failure it is tried again', () => {
  let made = 0;
  const value = lazy(() => {
    made++;
    if (made === 1) throw new Error('not yet');
    return { made };
  });
  assert.equal(made, 0);
  assert.throws(value, /not yet/);
  const first = value();
  assert.deepEqual(first, { made: 2 });
  assert.equal(value(), first);
  assert.equal(made, 2);
});
