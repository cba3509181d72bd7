import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  appendTo,
  dropFirst,
  each,
  eachBackwards,
  without,
  type Chunks,
} from '../../../../shared/collections/chunks.ts';

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

test('items from anywhere are removed, and what is left is in few chunks', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          append: fc.nat({ max: 600 }),
          keep: fc.double({ min: 0, max: 1, noNaN: true }),
          drop: fc.nat({ max: 9 }),
        }),
      ),
      (given) => {
        let [chunks, next]: [Chunks<number>, number] = [[], 0];
        let expected: readonly number[] = [];
        for (const { append, keep, drop } of given) {
          const added = numbers(next, append);
          next += append;
          expected = [...expected, ...added];
          // Scattered, and the same in each run.
          const gone = expected.filter((item) => ((item * 7919) % 1000) / 1000 >= keep);
          const appended = appendTo(chunks, added);
          chunks = dropFirst(
            without(appended, gone, (a, b) => a - b),
            drop,
          );
          assert.equal(appended.flat().length, expected.length, 'the earlier list is as it was');
          expected = expected.filter((item) => !gone.includes(item)).slice(drop);
          assert.deepEqual(chunks.flat(), expected);
          assert.ok(chunks.length <= 3 + expected.length / 100, `${chunks.length} chunks of ${expected.length}`);
          assert.ok(chunks.every(({ length }) => length > 0 && length <= 256));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('removal copies the chunks that an item is in alone', () => {
  const before = appendTo([], numbers(0, 1000));
  const after = without(before, [300], (a, b) => a - b);
  assert.deepEqual([after[0] === before[0], after[1]?.length, after[2] === before[2]], [true, 255, true]);
  assert.equal(
    without(before, [], (a, b) => a - b),
    before,
  );
});
