import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportDocument, type ReportInput } from '../../../bench/report/document.ts';
import { bytesText, figure, withInterval } from '../../../bench/report/text.ts';
import type { Verdict } from '../../../bench/verdict.ts';

const VERDICT: Verdict = { what: 'reads', samples: [7], unit: '×', bar: 6.5, sense: 'at least', ciBar: 3 };

const INPUT: ReportInput = {
  date: '2026-11-21',
  command: 'npm run bench -- --rounds 5 --report docs/benchmarks.md',
  machine: [{ name: 'CPU', value: 'a fast one, 2 cores' }],
  subjects: [{ name: 'Eurek8s', value: 'as shipped' }],
  sections: [
    {
      title: 'Reads',
      about: 'What clients ask for.',
      result: {
        tables: [{ title: '600 instances', columns: ['what', 'a|b'], rows: [['full, JSON', '12']] }],
        verdicts: [VERDICT, { ...VERDICT, what: 'slow ones', samples: [5, 4.9, 5.2], ciValue: 5.1 }],
        notes: ['One was left out.'],
      },
    },
  ],
};

test('the report says when, with what, on which machine and how far from the bars, and nothing of the moment', () => {
  assert.equal(
    reportDocument(INPUT).replace(/(?<=## Method\n\n)[^]*?(?=\n\n## )/, '(method)'),
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

| what      | measured         | rounds | bar     | verdict          | remark          |
| --------- | ---------------- | ------ | ------- | ---------------- | --------------- |
| reads     | 7 ×              | 1      | ≥ 6.5 × | met              |                 |
| slow ones | 5 (4.9 to 5.2) × | 3      | ≥ 6.5 × | missed by 23.1 % | by CPU time 5.1 |

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

test('figures have as many digits as they mean', () => {
  assert.deepEqual([19_123.4, 873.4, 6.8249, 0.0361, Number.NaN].map(figure), ['19,123', '873', '6.82', '0.0361', '—']);
  assert.deepEqual([170, 4_832, 369_055, 10_115_831].map(bytesText), ['170 B', '4.83 KB', '369 KB', '10.1 MB']);
  assert.equal(withInterval([3, 1, 2]), '2 (1 to 3)');
  assert.equal(withInterval([]), '—');
});
