import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partOf } from '../../../../shared/dashboard/part.ts';

const ROWS = Array.from({ length: 120 }, (_, i) => i);

test('each row is in one part, and the last part is as long as what is left', () => {
  const parts = ['1', '2', '3'].map((page) => partOf(ROWS, page));
  assert.deepEqual(
    parts.flatMap(({ rows }) => rows),
    ROWS,
  );
  assert.deepEqual(
    parts.map(({ page, pages, rows }) => [page, pages, rows.length]),
    [
      [1, 3, 50],
      [2, 3, 50],
      [3, 3, 20],
    ],
  );
});

test('a part that is not there is the last one, and what cannot be read the first', () => {
  assert.equal(partOf(ROWS, '99').page, 3);
  for (const asked of [undefined, 'x', '-1', '0']) assert.equal(partOf(ROWS, asked).page, 1, String(asked));
});

test('of nothing there is one empty part', () => {
  assert.deepEqual(partOf([], '2'), { page: 1, pages: 1, rows: [], matching: 0 });
});
