import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRegistryFile, reportRegistryFile } from '../../../../shared/api/registry-file.ts';
import { renderSources, reportSources, type SourceFacts } from '../../../../shared/api/sources.ts';

const NOW = 1_750_000_000_000;
const FILE = { file: '/data/registry', problem: undefined, lastWrite: { at: NOW - 3000, bytes: 48_210 } } as const;

test('the registry file: a line while all is well', () => {
  const report = reportRegistryFile({ ...FILE, start: { kind: 'no-file' } }, NOW);
  assert.equal(renderRegistryFile(report), 'registry file /data/registry: 48210 bytes, written 3 s ago');
  assert.deepEqual([report.lastWrite, report.ageMs, report.bytes], ['2025-06-15T15:06:37.000Z', 3000, 48_210]);
  assert.deepEqual(report.start, {
    found: 'no-file',
    reason: undefined,
    writtenAt: undefined,
    restored: [],
    dropped: [],
  });
});

test('the registry file: what is wrong with it stands below', () => {
  const dropped = [{ source: 'cluster:old', reason: 'the configuration has no such source any more' }];
  const read = { kind: 'read', writtenAt: NOW - 90_000, restored: ['legacy'], dropped } as const;
  const start = reportRegistryFile({ ...FILE, problem: 'the disk is full', start: read }, NOW);
  assert.deepEqual(start.start, {
    found: 'read',
    reason: undefined,
    writtenAt: '2025-06-15T15:05:10.000Z',
    restored: ['legacy'],
    dropped,
  });
  assert.equal(
    renderRegistryFile(start),
    `\
registry file /data/registry: 48210 bytes, written 3 s ago
  the disk is full
  cluster:old was not restored: the configuration has no such source any more`,
  );
  const unusable = { kind: 'unusable', reason: 'its checksum is wrong: the file is damaged' } as const;
  const { lastWrite, start: found } = reportRegistryFile({ ...FILE, lastWrite: undefined, start: unusable }, NOW);
  assert.equal(lastWrite, undefined);
  assert.deepEqual(found, {
    found: 'unusable',
    reason: unusable.reason,
    writtenAt: undefined,
    restored: [],
    dropped: [],
  });
  assert.equal(
    renderRegistryFile(reportRegistryFile({ ...FILE, lastWrite: undefined, start: unusable }, NOW)),
    `\
registry file /data/registry: not written yet
  not used at the start: its checksum is wrong: the file is damaged`,
  );
});

test('a source that was restored says so, and since when, before anything else', () => {
  const health = {
    state: 'stale',
    lastSuccessAt: NOW - 60_000,
    lastError: 'refused',
    detail: {},
    restored: true,
  } as const;
  const source = { id: 'legacy', world: 'legacy', required: true, holds: [], health } as const;
  const file = reportRegistryFile({ ...FILE, start: { kind: 'no-file' } }, NOW);
  assert.equal(
    renderSources(reportSources([source], [], NOW, [], file), 'short'),
    `\
SOURCE  STATE  AGE   REQUIRED
legacy  stale  60 s  yes
  restored from the registry file, last success 2025-06-15T15:05:40.000Z: not confirmed by its upstream yet
  last error: refused
registry file /data/registry: 48210 bytes, written 3 s ago
`,
  );
});

test('a source of which nothing but its restored entries is known says no time', () => {
  const health = {
    state: 'stale',
    lastSuccessAt: undefined,
    lastError: undefined,
    detail: {},
    restored: true,
  } as const;
  const source: SourceFacts = { id: 'legacy', world: 'legacy', required: false, holds: [], health };
  assert.equal(
    renderSources(reportSources([source], [], NOW), 'full'),
    `\
SOURCE  STATE  AGE  REQUIRED
legacy  stale  -    no
  restored from the registry file: not confirmed by its upstream yet
`,
  );
});
