import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleaved, type Contender } from '../../../bench/interleave.ts';
import { median, percentile, ratios } from '../../../bench/statistics.ts';

test('all are warmed up first, all have a turn in every round, another one begins each time, every other round goes backwards', async () => {
  const turns: string[] = [];
  const contender = (name: string): Contender<number> => ({
    name,
    warmUp: async () => turns.push(`warm ${name}`),
    once: async () => turns.push(name),
  });
  const settle = async (): Promise<void> => void turns.push('-');
  const results = await interleaved(['a', 'b', 'c'].map(contender), 4, settle);
  assert.equal(turns.join(' '), 'warm a warm b warm c - a - b - c - a - c - b - c - a - b - c - b - a');
  assert.deepEqual(results.get('a'), [5, 11, 19, 27]);
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
