import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratioVerdict } from '../../../bench/measure/compare.ts';
import { brokenText, isBroken, outcome, verdictTable, type Verdict } from '../../../bench/verdict.ts';

const RATIO = { what: 'reads', unit: '×', bar: 6.5, sense: 'at least', ciBar: 3 } as const;
const of = (...samples: readonly number[]): Verdict => ({ ...RATIO, samples });

test('a bar is met or missed when the whole interval of the median is on one side of it', () => {
  assert.equal(outcome(of(6.5, 7, 8)), 'met');
  assert.equal(outcome(of(5, 6, 6.4)), 'missed');
  const atMost = { ...RATIO, sense: 'at most' } as const;
  assert.equal(outcome({ ...atMost, samples: [5, 6.5] }), 'met');
  assert.equal(outcome({ ...atMost, samples: [7, 8] }), 'missed');
});

test('a ratio whose spread covers its bar is undecided, whatever its median', () => {
  assert.equal(outcome(of(6, 9, 9, 9, 9)), 'undecided');
  assert.equal(outcome(of(5, 5, 5, 5, 7)), 'undecided');
});

test('a single bad round of many does not undo a decision', () => {
  assert.equal(outcome(of(0.1, ...Array.from({ length: 14 }, (_, i) => 7 + i / 10))), 'met');
});

test('only a ratio with a limit of its own can fail a run, and only far off its bar', () => {
  assert.ok(!isBroken(of(3)), 'missed, but not by so much');
  assert.ok(isBroken(of(2.9)));
  assert.ok(!isBroken({ what: 'memory', samples: [900], unit: 'MB', bar: 130, sense: 'at most' }));
});

test('where CPU time was measured it decides over a run, and the failure says so', () => {
  assert.ok(!isBroken({ ...of(2), ciValue: 6.4 }));
  const slow = { ...of(3.2), ciValue: 2.5 };
  assert.ok(isBroken(slow));
  assert.equal(brokenText(slow), 'reads: 2.5 in CPU time, limit 3');
  assert.equal(brokenText(of(2.5)), 'reads: 2.5, limit 3');
});

test('the table says what was measured in how many rounds, and by how much a bar was missed', () => {
  const stall: Verdict = { what: 'stall', samples: [30], unit: 'ms', bar: 25, sense: 'at most', remark: 'CPU: 20 ms' };
  const undecided = { ...of(6, 7), ciValue: 7.2 };
  assert.deepEqual(
    verdictTable([of(2), stall, undecided]).rows.map((row) => row.slice(1)),
    [
      ['2 ×', '1', '≥ 6.5 ×', 'missed by 69.2 %', ''],
      ['30 ms', '1', '≤ 25 ms', 'missed by 20 %', 'CPU: 20 ms'],
      ['6.5 (6 to 7) ×', '2', '≥ 6.5 ×', 'undecided', 'by CPU time 7.2'],
    ],
  );
});

test('the verdict goes by what clients see, the limit for CI by CPU time; without a comparison there is none', () => {
  const [verdict] = ratioVerdict({ what: 'reads', bar: 2, ciBar: 1 }, { byClock: [1, 2, 9], byCpu: [4, 3, 5] });
  assert.deepEqual([verdict?.samples, verdict?.ciValue], [[1, 2, 9], 4]);
  assert.deepEqual(ratioVerdict({ what: 'reads', bar: 2 }, { byClock: [], byCpu: [] }), []);
});
