import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lossWords } from '../../../../shared/guard/loss-words.ts';

const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 120_000, window: 60_000 };

test('a loss is told with what counts and is not held, and is at once where nothing went before', () => {
  const words = (count: number, earlier: number): string =>
    lossWords({ kind: 'published applications', count, of: 7, earlier }, GUARDS);
  assert.equal(words(4, 0), '4 of 7 published applications are gone at once, more than 30 %');
  assert.equal(
    words(4, 1),
    '4 of 7 published applications are gone within 2 min, more than 30 %; 1 of them went before and is not held',
  );
  assert.equal(words(7, 0), 'all 7 published applications are gone, more than 30 %');
  assert.equal(
    words(7, 2),
    'all 7 published applications are gone within 2 min, more than 30 %; 2 of them went before and are not held',
  );
});
