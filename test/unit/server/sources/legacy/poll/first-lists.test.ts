import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FirstLists } from '../../../../../../server/sources/legacy/poll/first-lists.ts';

const EMPTY = [0, ''] as const;
const HOLLOW = [0, 'UP_20_'] as const;
const WHOLE = [20, 'UP_20_'] as const;
const ODD = [20, 'of another product'] as const;
const PUBLISHED = [5, 'UP_5_', 5] as const;
const part = (listed: number) => [listed, 'UP_20_'] as const;

const CASES = [
  ['a whole list is, at once', [WHOLE], 1],
  ['one whose hash code says nothing is, at once', [ODD], 1],
  ['an empty one is at the second time', [EMPTY, EMPTY], 2],
  ['a part is at the second time', [part(19), part(19)], 2],
  ['a part that grows is', [part(1), part(3)], 2],
  ['a part that shrinks is not', [part(19), part(1), part(1)], 3],
  ['an empty one after a part was seen once', [part(19), EMPTY, EMPTY], 3],
  ['a part after an empty one was seen once', [EMPTY, part(1), part(1)], 3],
  ['one that lists nothing of what it counts never is', [HOLLOW, HOLLOW, HOLLOW], undefined],
  ['one that lists only what an Eurek8s published is at the second time', [PUBLISHED, PUBLISHED], 2],
  ['the same as nothing', [EMPTY, PUBLISHED], 2],
  [
    'a part of nothing else never is',
    [
      [5, 'UP_20_', 5],
      [5, 'UP_20_', 5],
    ],
    undefined,
  ],
  ['a whole one after all of them is', [EMPTY, part(3), HOLLOW, WHOLE], 4],
] as const;

for (const [what, lists, believedAt] of CASES)
  test(`which of the first lists is believed: ${what}`, () => {
    const first = new FirstLists();
    const believed = lists.map(([listed, hashCode, own = 0]) =>
      first.isBelieved({ versionsDelta: '1', hashCode, listed, own, skipped: [] }),
    );
    const n = believed.indexOf(true);
    assert.equal(n === -1 ? undefined : n + 1, believedAt);
  });
