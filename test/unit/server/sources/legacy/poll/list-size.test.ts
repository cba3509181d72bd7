import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countedByPart,
  countedSize,
  isLonger,
  sizeOf,
} from '../../../../../../server/sources/legacy/poll/list-size.ts';

const list = (listed: number, own: number, hashCode: string) => ({ listed, own, hashCode });

for (const [what, facts, size, counted] of [
  ['a whole list', list(20, 0, 'UP_20_'), 20, 20],
  ['a whole list with entries of an Eurek8s', list(45, 25, 'UP_45_'), 20, 20],
  ['nothing but such entries', list(25, 25, 'UP_25_'), 0, 0],
  ['a part without them', list(6, 0, 'UP_20_'), 6, 20],
  ['a part with some of them', list(15, 5, 'UP_45_'), 10, 40],
  ['one that lists nothing of what it counts', list(0, 0, 'UP_45_'), 0, 45],
  ['a hash code that says nothing', list(20, 5, 'of another product'), 15, 15],
] as const)
  test(`what there is of the legacy: ${what}`, () => {
    assert.deepEqual([sizeOf(facts), countedSize(facts)], [size, counted]);
  });

for (const [what, facts, ownBefore, known, counted] of [
  ['without entries of an Eurek8s: what it counts', list(6, 0, 'UP_20_'), 0, 20, 20],
  ['the same when less is there than is known', list(6, 0, 'UP_15_'), 0, 20, 15],
  ['what is missing of such entries is none', list(15, 5, 'UP_45_'), 25, 20, 20],
  ['more may be there than is known', list(15, 5, 'UP_50_'), 25, 20, 25],
  ['where they ended, at least what is known is there', list(6, 0, 'UP_20_'), 25, 20, 20],
  ['of a first list, all that is missing may be', list(15, 5, 'UP_45_'), 0, 10, 40],
] as const)
  test(`how many of the legacy a part counts: ${what}`, () => {
    assert.equal(countedByPart(facts, ownBefore, known), counted);
  });

test('which list is longer: the one with more of the legacy, and of equal ones that which counts more', () => {
  const few = list(30, 25, 'UP_30_');
  const more = list(6, 0, 'UP_6_');
  const countsMore = list(6, 1, 'UP_20_');
  assert.deepEqual([isLonger(more, few), isLonger(few, more), isLonger(countsMore, few)], [true, false, true]);
  assert.deepEqual([isLonger(few, countsMore), isLonger(few, few)], [false, false]);
});
