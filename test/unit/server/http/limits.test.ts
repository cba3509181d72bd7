import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, limitsWithin } from '../../../../server/http/limits.ts';
import { openFilesLimit } from '../../../../server/system/open-files.ts';

test('connections leave files for everything else, and are never fewer than half of them', () => {
  const room = (openFiles: number | undefined): number => limitsWithin(DEFAULT_LIMITS, openFiles).connections;
  assert.equal(room(undefined), 10_000);
  assert.equal(room(1_048_576), 10_000);
  assert.equal(room(1_024), 896);
  assert.equal(room(100), 50);
  assert.equal(limitsWithin({ ...DEFAULT_LIMITS, connections: 5 }, 1_024).connections, 5);
});

test('a system that does not say how many files may be open sets no limit', () => {
  assert.equal(openFilesLimit('/nowhere/limits'), undefined);
  assert.equal(openFilesLimit('/dev/null'), undefined);
});
