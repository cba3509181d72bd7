import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendTo, dropFirst, each, eachBackwards, type Chunks } from '../../../../shared/collections/chunks.ts';

const numbers = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

test('a list in chunks equals a plain list, whatever is appended and dropped', () => {
  let chunks: Chunks<number> = [];
  let expected: readonly number[] = [];
  for (const [append, drop] of [
    [1, 0],
    [300, 0],
    [0, 1],
    [700, 256],
    [1, 300],
    [255, 0],
    [1, 0],
    [0, 44],
    [3, 2000],
    [5, 0],
  ] as const) {
    const added = numbers(expected.at(-1) ?? 0, append);
    chunks = dropFirst(appendTo(chunks, added), drop);
    expected = [...expected, ...added].slice(drop);
    assert.deepEqual([...each(chunks)], expected);
    assert.deepEqual([...eachBackwards(chunks)], expected.toReversed());
  }
});

test('an earlier list does not change, and whole chunks are shared', () => {
  const before = appendTo([], numbers(0, 600));
  const after = appendTo(before, [600]);
  assert.equal(before.flat().length, 600);
  assert.equal(after[0], before[0]);
  assert.equal(dropFirst(after, 256)[0], before[1]);
  const full = appendTo([], numbers(0, 256));
  assert.equal(full.length, 1);
  assert.equal(appendTo(full, [256])[0], full[0], 'a full chunk is not copied either');
  assert.deepEqual(appendTo(full, []), full);
});
