import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contest } from '../../../bench/contest.ts';
import { joinTurns, type Slice } from '../../../bench/load/slice.ts';
import { ratioVerdict } from '../../../bench/verdict.ts';

function slice(perSecond: number, cpuSecondsPerThousand: number): Slice {
  return { seconds: 1, requests: perSecond, perSecond, bytes: 0, p50Ms: 1, p99Ms: 1, p999Ms: 1, cpuSecondsPerThousand };
}

test('less CPU time for the same work is more work in the same time', () => {
  const found = contest([slice(100, 0.5), slice(300, 0.5)], [slice(50, 1), slice(100, 2)]);
  assert.deepEqual(found, { byRate: [2, 3], byCpu: [2, 4] });
});

test('of rounds in turns the middle of the turns counts, when both took the same number of them', () => {
  const turns = (...rates: readonly number[]): Slice => joinTurns(rates.map((rate) => slice(rate, 1)));
  const byRate = (ours: Slice, theirs: Slice): unknown => contest([ours], [theirs])?.byRate;
  assert.deepEqual(byRate(turns(100, 100, 10), turns(50, 100, 100)), [1]);
  assert.deepEqual(byRate(turns(100, 110), slice(50, 1)), [2.1]);
});

test('against somebody who was not measured there is no verdict', () => {
  assert.equal(contest([slice(1, 1)], undefined), undefined);
  assert.deepEqual(ratioVerdict({ what: 'reads', bar: 2 }, undefined), []);
});

test('the verdict goes by what clients see, the limit for CI by CPU time', () => {
  const [verdict] = ratioVerdict({ what: 'reads', bar: 2, ciBar: 1 }, { byRate: [1, 2, 9], byCpu: [4, 3, 5] });
  assert.ok(verdict !== undefined);
  assert.deepEqual([verdict.value, verdict.bar, verdict.ciValue, verdict.ciBar], [2, 2, 4, 1]);
  assert.equal(verdict.spread, '1 to 9 in 3 rounds; by CPU time 4');
});
