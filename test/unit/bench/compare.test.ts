import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slice } from '../../../bench/measure/candidate.ts';
import { against, measuredTable, times } from '../../../bench/measure/compare.ts';

function slice(perSecond: number, cpuSecondsPerThousand: number): Slice {
  return { seconds: 1, requests: perSecond, perSecond, bytes: 0, p50Ms: 1, p99Ms: 1, p999Ms: 1, cpuSecondsPerThousand };
}

const SLICES = new Map([
  ['Eurek8s', [slice(100, 0.5), slice(300, 0.5)]],
  ['stock', [slice(50, 1), slice(100, 2)]],
]);

test('less CPU time for the same work is more work in the same time', () => {
  assert.deepEqual(against(SLICES, 'stock'), { byClock: [2, 3], byCpu: [2, 4] });
  assert.deepEqual(against(SLICES, 'who was not measured'), { byClock: [], byCpu: [] });
});

test('times are compared as times: who takes twice as long has a ratio of 2', () => {
  const rounds = new Map([
    ['ours', [{ time: 4, cpu: 1 }]],
    ['theirs', [{ time: 2, cpu: 4 }]],
  ]);
  assert.deepEqual(times(rounds, 'ours', 'theirs'), { byClock: [2], byCpu: [0.25] });
});

test('a table has a row for each server, compared with ours', () => {
  const bytes = new Map([['Eurek8s', 1500]]);
  const measured = { operation: 'full', slices: SLICES, bytes, verdicts: [], sideBySide: false };
  const { rows } = measuredTable('reads', [measured]);
  assert.deepEqual(rows, [
    ['full', 'Eurek8s', '200 (100 to 300)', '1', '1', '1', '1.5 KB', '0.5', ''],
    ['full', 'stock', '75 (50 to 100)', '1', '1', '1', '—', '1.5', '2.5 (2 to 3)'],
  ]);
  const [, stock] = measuredTable('reads', [{ ...measured, sideBySide: true }]).rows;
  assert.equal(stock?.at(-1), '3 (2 to 4)', 'side by side each takes the core from the other: by CPU time');
});
