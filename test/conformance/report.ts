import assert from 'node:assert/strict';
import type { Comparison } from './compare.ts';

/** Unlisted differences beyond this many are only counted. */
const SHOWN = 150;

export function report(what: string, generation: string, comparison: Comparison): void {
  process.stdout.write(
    `${what} (${generation}): ${comparison.count} comparisons; listed: ${comparison.occurrences()}\n`,
  );
  const { unlisted } = comparison;
  assert.ok(
    unlisted.length === 0,
    `${unlisted.length} differences that docs/protocol.md does not list:\n  ${unlisted.slice(0, SHOWN).join('\n  ')}`,
  );
  assert.deepEqual(
    comparison.vanished(),
    [],
    'differences that docs/protocol.md lists, but that do not occur any more',
  );
}
