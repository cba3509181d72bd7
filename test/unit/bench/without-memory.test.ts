import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutCensus } from '../../../bench/servers/without-memory.ts';

const SOURCE = readFileSync(join(import.meta.dirname, '../../../server/wiring/server.ts'), 'utf8');

test('the build that counts no callers is made of the sources as they are', () => {
  assert.match(SOURCE, /census\.(reads|readsOf|writes)\b/);
  assert.doesNotMatch(withoutCensus(SOURCE), /census\.(reads|readsOf|writes|renewed)\b|Path\(.*, census\)/);
  assert.throws(() => withoutCensus('nothing is told'), /does not have .* where it had/);
});
