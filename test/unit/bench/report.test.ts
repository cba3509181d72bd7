import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportDocument, type ReportInput } from '../../../bench/report/document.ts';
import { bytesText, figure, withSpread } from '../../../bench/report/numbers.ts';
import { brokenText, isBroken, isMet, verdictTable } from '../../../bench/report/verdicts.ts';
import type { Verdict } from '../../../bench/section.ts';

const VERDICT: Verdict = { what: 'reads', value: 7, unit: '×', bar: 6.5, sense: 'at least', ciBar: 3 };

const INPUT: ReportInput = {
  date: '2026-11-21',
  command: 'npm run bench -- --rounds 5 --report docs/benchmarks.md',
  rounds: 5,
  machine: [{ name: 'CPU', value: 'a fast one, 2 cores' }],
  subjects: [{ name: 'Eurek8s', value: 'as shipped' }],
  sections: [
    {
      name: 'reads',
      title: 'Reads',
      about: 'What clients ask for.',
      result: {
        tables: [{ title: '600 instances', columns: ['what', 'a|b'], rows: [['full, JSON', '12']] }],
        verdicts: [VERDICT, { ...VERDICT, what: 'slow ones', value: 5, spread: '4.9 to 5.2 in 5 rounds' }],
        notes: ['One was left out.'],
      },
    },
  ],
};

test('the report says when, with what, on which machine and how far from the bars, and nothing of the moment', () => {
  assert.equal(
    reportDocument(INPUT).replace(/(?<=## Method\n\n)[^]*?(?=\n\n)/, '(method)'),
    `# Benchmarks

<!-- Written by \`npm run bench\`; do not edit. -->

Measured on 2026-11-21 by this command, which measures everything anew:

\`\`\`sh
npm run bench -- --rounds 5 --report docs/benchmarks.md
\`\`\`

## Machine

- **CPU**: a fast one, 2 cores

## What is compared

- **Eurek8s**: as shipped

## Method

(method)

## Verdicts

| what      | measured | spread                 | bar     | verdict          |
| --------- | -------- | ---------------------- | ------- | ---------------- |
| reads     | 7 ×      |                        | ≥ 6.5 × | met              |
| slow ones | 5 ×      | 4.9 to 5.2 in 5 rounds | ≥ 6.5 × | missed by 23.1 % |

## Reads

What clients ask for.

### 600 instances

| what       | a\\|b |
| ---------- | ---- |
| full, JSON | 12   |

- One was left out.
`,
  );
});

test('the method names the rounds that were counted', () => {
  assert.match(reportDocument({ ...INPUT, rounds: 9 }), /in 9 counted rounds/);
});

test('a bar is met from both sides, and only a ratio with a limit of its own can fail a run', () => {
  assert.ok(isMet({ value: 250, bar: 250, sense: 'at most' }));
  assert.ok(!isMet({ value: 251, bar: 250, sense: 'at most' }));
  assert.ok(isMet({ value: 6.5, bar: 6.5, sense: 'at least' }));
  assert.ok(!isBroken({ ...VERDICT, value: 3 }), 'missed, but not by so much');
  assert.ok(isBroken({ ...VERDICT, value: 2.9 }));
  const absolute: Verdict = { what: 'memory', value: 900, unit: 'MB', bar: 130, sense: 'at most' };
  assert.ok(!isBroken(absolute));
});

test('a missed bar says by how much', () => {
  const rows = verdictTable([
    { ...VERDICT, value: 2 },
    { what: 'stall', value: 30, unit: 'ms', bar: 25, sense: 'at most' },
  ]).rows.map((row) => row.slice(1));
  assert.deepEqual(rows, [
    ['2 ×', '', '≥ 6.5 ×', 'missed by 69.2 %'],
    ['30 ms', '', '≤ 25 ms', 'missed by 20 %'],
  ]);
});

test('where CPU time was measured it decides over a run, and the failure says so', () => {
  const noisy: Verdict = { ...VERDICT, value: 2, ciValue: 6.4 };
  assert.ok(!isBroken(noisy));
  const slow: Verdict = { ...VERDICT, value: 3.2, ciValue: 2.5 };
  assert.ok(isBroken(slow));
  assert.equal(brokenText(slow), 'reads: 2.5 in CPU time, limit 3');
  assert.equal(brokenText({ ...VERDICT, value: 2.5 }), 'reads: 2.5, limit 3');
});

test('figures have as many digits as they mean', () => {
  assert.deepEqual([19_123.4, 873.4, 6.8249, 0.0361, Number.NaN].map(figure), ['19,123', '873', '6.82', '0.0361', '—']);
  assert.deepEqual([170, 4_832, 369_055, 10_115_831].map(bytesText), ['170 B', '4.83 KB', '369 KB', '10.1 MB']);
  assert.equal(withSpread([3, 1, 2]), '2 (1 to 3)');
  assert.equal(withSpread([]), '—');
});
