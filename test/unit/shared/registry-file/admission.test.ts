import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { admit } from '../../../../shared/registry-file/admission.ts';
import type { StoredPart, StoredRegistry } from '../../../../shared/registry-file/contents.ts';

const NOW = 1_750_000_000_000;
const DAY = 86_400_000;
const LEGACY = sourceId('legacy');
const MAIN = sourceId('cluster:main');

function part(source: StoredPart['source'], changes: Partial<StoredPart> = {}): StoredPart {
  return {
    source,
    lastSuccessAt: NOW - 60_000,
    basis: ['a'],
    state: undefined,
    contributions: new Map(),
    details: new Map(),
    ...changes,
  };
}

function stored(...parts: readonly StoredPart[]): StoredRegistry {
  const memory = new Map([[appName('ORDERS'), { served: [], refusals: [], template: undefined }]]);
  return { writtenAt: NOW, version: undefined, parts: new Map(parts.map((each) => [each.source, each])), memory };
}

const BASES = new Map([
  [LEGACY, ['a', 'b']],
  [MAIN, ['c']],
]);

function reasons(registry: StoredRegistry): readonly string[] {
  return admit(registry, BASES, DAY, NOW).dropped.map(({ source, reason }) => `${source}: ${reason}`);
}

test('each source is judged by its own last success, to the millisecond', () => {
  const parts = [
    part(LEGACY, { lastSuccessAt: NOW - DAY }),
    part(MAIN, { basis: ['c'], lastSuccessAt: NOW - DAY - 1 }),
  ];
  assert.deepEqual([...admit(stored(...parts), BASES, DAY, NOW).parts.keys()], [LEGACY]);
  assert.deepEqual(reasons(stored(...parts)), [
    'cluster:main: its last success was 24 h ago, which is longer than snapshot.maxAge',
  ]);
});

test('what the clock cannot say the age of is not served; a clock that went back a little is no reason', () => {
  assert.deepEqual(reasons(stored(part(LEGACY, { lastSuccessAt: NOW + 3_600_000 }))), []);
  assert.deepEqual(reasons(stored(part(LEGACY, { lastSuccessAt: NOW + 2 * DAY }))), [
    'legacy: its last success is 2 d ahead of the clock',
  ]);
});

test('a source that is not configured any more, or rests on something else altogether, is not restored', () => {
  assert.deepEqual(reasons(stored(part(sourceId('cluster:old')))), [
    'cluster:old: the configuration has no such source any more',
  ]);
  assert.deepEqual(reasons(stored(part(MAIN, { basis: ['other'] }))), [
    'cluster:main: the configuration of the source is another one than when it was stored',
  ]);
  assert.deepEqual(reasons(stored(part(LEGACY, { basis: ['gone', 'b'] }))), [], 'one URL of the registry is enough');
});

test('what merges remember outlives any age, but not a file of another installation', () => {
  const old = stored(part(LEGACY, { lastSuccessAt: NOW - 30 * DAY }));
  assert.equal(admit(old, BASES, DAY, NOW).memory.size, 1);
  const foreign = stored(part(LEGACY, { basis: ['other'] }));
  assert.equal(admit(foreign, BASES, DAY, NOW).memory.size, 0);
});
