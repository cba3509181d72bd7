import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedDifferences } from './differences.ts';
import { READ_RULES } from './read-rules.ts';
import { WRITE_RULES } from './write-rules.ts';

test('the table of differences in docs/protocol.md and the rules of this suite name the same', () => {
  const known = new Set([...READ_RULES, ...WRITE_RULES].map(({ id }) => id));
  assert.deepEqual([...listedDifferences()].toSorted(), [...known].toSorted());
});
