import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contest } from '../../../bench/contest.ts';
import type { Slice } from '../../../bench/load/slice.ts';
import { ratioVerdict } from '../../../bench/verdict.ts';

function slice(perSecond: number, cpuSecondsPerThousand: number): Slice {
  return { seconds: 1, requests: perSecond, perSecond, bytes: 0, p50Ms: 1, p99Ms: 1, p999Ms: 1, cpuSecondsPerThousand };
}

test('less CPU time for the same work is more work in the same time', () => {
  const found = contest([slice(100, 0.5), slice(300, 0.5)], [slice(50, 1), slice(100, 2)]);
  assert.deepEqual(found, { byRate: [2, 3], byCpu: [2, 4] });
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
