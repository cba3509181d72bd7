import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, medianInterval, percentile, roundByRound } from '../../../bench/statistics.ts';

test('medians and percentiles of few values lie between them', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([1, 2]), 1.5);
  assert.equal(percentile([0, 10], 99), 9.9);
  assert.throws(() => median([]), /no values/);
});

test('two that are compared round by round took part in as many rounds', () => {
  assert.deepEqual(
    roundByRound([10, 30], [5, 10], (our, their) => our / their),
    [2, 3],
  );
  assert.throws(() => roundByRound([1], [1, 2], Math.max), /1 rounds against 2/);
});

/** 1 to n, so that a value is its own rank. */
const ranks = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);

test('the interval of a median is the ranks that tables of the sign test give for 90 %', () => {
  assert.deepEqual(medianInterval(ranks(5)), { least: 1, most: 5 });
  assert.deepEqual(medianInterval(ranks(8)), { least: 2, most: 7 });
  assert.deepEqual(medianInterval(ranks(15)), { least: 4, most: 12 });
  assert.deepEqual(medianInterval(ranks(25)), { least: 8, most: 18 });
});

test('few values have no narrower interval than all of them, a single one is its own', () => {
  assert.deepEqual(medianInterval([3, 1, 2]), { least: 1, most: 3 });
  assert.deepEqual(medianInterval([7]), { least: 7, most: 7 });
  assert.throws(() => medianInterval([]), /no values/);
});

test('single rounds that went wrong do not widen the interval of many', () => {
  const { least, most } = medianInterval([...ranks(23).map((rank) => 1 + rank / 100), 0.01, 100]);
  assert.ok(least > 1 && most < 1.3, `${least} to ${most}`);
});
