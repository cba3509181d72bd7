import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../../shared/within.ts';
import { SteppedClock } from '../../support/stepped-clock.ts';

test('a value in time counts and cancels the limit; a late one does not count', async () => {
  const clock = new SteppedClock();
  assert.equal(await within(10, clock, Promise.resolve(1), 'late'), 1);
  await assert.rejects(within(10, clock, Promise.reject(new Error('no')), 'late'), /no/);
  assert.equal(clock.pending, 0);
  const late = within(10, clock, new Promise<never>(() => undefined), 'late');
  clock.advance(10);
  assert.equal(await late, 'late');
});
