import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleaved, type Contender } from '../../../bench/interleave.ts';
import { median, percentile, ratios } from '../../../bench/statistics.ts';

test('all are warmed up first, all have a turn in every round, and another one begins each time', async () => {
  const turns: string[] = [];
  const contender = (name: string): Contender<number> => ({
    name,
    warmUp: async () => turns.push(`warm ${name}`),
    once: async () => turns.push(name),
  });
  const results = await interleaved(['a', 'b', 'c'].map(contender), 4);
  assert.equal(turns.join(' '), 'warm a warm b warm c a b c b c a c a b a b c');
  assert.deepEqual(results.get('a'), [4, 9, 11, 13]);
});

test('ratios are taken round by round', () => {
  assert.deepEqual(ratios([10, 30], [5, 10]), [2, 3]);
  assert.throws(() => ratios([1], [1, 2]), /1 rounds against 2/);
});

test('medians and percentiles of few values lie between them', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([1, 2]), 1.5);
  assert.equal(percentile([0, 10], 99), 9.9);
  assert.throws(() => median([]), /no values/);
});
