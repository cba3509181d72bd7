import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceTroubles, troubleLine, type SourceTrouble } from '../../../../shared/api/source-troubles.ts';
import type { SourceFacts } from '../../../../shared/api/sources.ts';

const NOW = 1_750_000_000_000;
const SYNCED = { state: 'synced', lastSuccessAt: NOW, lastError: undefined, detail: {} } as const;

function troubleOf(health: Partial<SourceFacts['health']>, world: SourceFacts['world'] = 'legacy'): SourceTrouble {
  const [first] = sourceTroubles([{ id: 'it', world, health: { ...SYNCED, ...health } }]);
  return first ?? assert.fail('no trouble');
}

test('a source that is up to date is no trouble', () => {
  assert.deepEqual(sourceTroubles([{ id: 'legacy', world: 'legacy', health: SYNCED }]), []);
});

test('a source out of reach: since when, why, and that its entries are last known', () => {
  const away = troubleOf({ state: 'stale', lastError: 'connection refused' });
  assert.deepEqual(away, {
    source: 'it',
    trouble: 'stale',
    lastSuccess: '2025-06-15T15:06:40.000Z',
    lastError: 'connection refused',
    text: 'source it is stale, last heard of 2025-06-15T15:06:40.000Z; last error: connection refused',
  });
  assert.equal(troubleLine(away, 2), `${away.text}: 2 entries from there as last known`);
  assert.equal(troubleLine(away, 0), `${away.text}: what it has of this application may be missing here`);
});

test('a source that cannot read all that it has says what it keeps', () => {
  const broken = troubleOf({ lastError: 'carol.yaml:38: bad indentation' }, 'kubernetes');
  assert.equal(broken.trouble, 'erring');
  assert.equal(
    troubleLine(broken, 1),
    'source it: last error: carol.yaml:38: bad indentation (last good objects are kept)',
  );
  assert.match(troubleOf({ lastError: 'refused' }).text, /\(what is last known is kept\)$/);
});

test('a source without a view, or with one of the process before, is trouble whatever else it says', () => {
  const starting = troubleOf({ state: 'starting', lastSuccessAt: undefined });
  assert.equal(starting.text, 'source it has given no complete view yet, last heard of never');
  assert.equal(troubleOf({ restored: true }).trouble, 'restored');
});
