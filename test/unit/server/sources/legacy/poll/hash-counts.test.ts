import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HashCounts } from '../../../../../../server/sources/legacy/poll/hash-counts.ts';

const WHOLE = { listed: 9, hashCode: 'UP_9_' };
const PART = { listed: 8, hashCode: 'UP_9_' };
const NO_HASH = { listed: 9, hashCode: undefined };
const EMPTY = { listed: 0, hashCode: '' };

type List = Parameters<HashCounts['note']>[0];

function after(before: boolean | undefined, lists: readonly List[]): HashCounts {
  const counts = new HashCounts();
  counts.restore(before);
  for (const each of lists) counts.note(each);
  return counts;
}

const many = (list: List, count: number): readonly List[] => Array.from({ length: count }, () => list);

test('hash codes are not true before one was, and stay true from then on', () => {
  const counts = new HashCounts();
  for (const list of [PART, NO_HASH, EMPTY]) {
    counts.note(list);
    assert.deepEqual([counts.areTrue, counts.known], [false, false]);
  }
  counts.note(WHOLE);
  for (const list of many(PART, 100)) counts.note(list);
  assert.deepEqual([counts.areTrue, counts.known], [true, true]);
});

test('what a process before this one knew goes on, both ways', () => {
  for (const known of [true, false]) assert.equal(after(known, many(PART, 100)).areTrue, known);
  assert.equal(after(false, [PART, WHOLE, PART]).areTrue, true);
});

test('where it is not known, nothing is gone before ten lists in a row have lacked a part', () => {
  assert.deepEqual([after(undefined, []).areTrue, after(undefined, []).known], [true, undefined]);
  assert.deepEqual(
    [9, 10].map((count) => after(undefined, many(PART, count)).known),
    [undefined, false],
  );
  assert.equal(after(undefined, many(PART, 10)).areTrue, false);
  assert.equal(after(undefined, [...many(PART, 9), NO_HASH, ...many(PART, 9)]).known, undefined);
  assert.equal(after(undefined, [...many(PART, 9), WHOLE, ...many(PART, 100)]).areTrue, true);
});
