import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileTroubles } from '../../../../shared/api/file-troubles.ts';
import { reportRegistryFile, type StartFacts } from '../../../../shared/api/registry-file.ts';
import { reportSources } from '../../../../shared/api/sources.ts';

const FILE = { option: 'listen.tls', files: ['/tls.crt'], since: 0, problem: undefined, notes: [] };

function troubles(files: Parameters<typeof reportSources>[3], problem?: string): readonly string[] {
  const facts = { file: '/registry', problem, lastWrite: undefined, start: { kind: 'no-file' } } as const;
  return fileTroubles(reportSources([], [], 0, files, reportRegistryFile(facts, 0)));
}

test('files that are as they should be are no trouble', () => {
  assert.deepEqual(troubles([FILE]), []);
  assert.deepEqual(fileTroubles(reportSources([], [], 0)), []);
});

test('what the start found wrong with the registry file is a line each', () => {
  const facts = { file: '/registry', problem: undefined, lastWrite: undefined };
  const found = (start: StartFacts): readonly string[] =>
    fileTroubles(reportSources([], [], 0, [], reportRegistryFile({ ...facts, start }, 0)));
  assert.deepEqual(found({ kind: 'unusable', reason: 'damaged' }), ['registry file: not used at the start: damaged']);
  const dropped = [{ source: 'legacy', reason: 'too old' }];
  assert.deepEqual(found({ kind: 'read', writtenAt: 0, restored: [], dropped }), [
    'registry file: legacy was not restored: too old',
  ]);
  const written = {
    ...facts,
    lastWrite: { at: 1_750_000_000_000, bytes: 1 },
    start: { kind: 'unusable', reason: 'damaged' },
  } as const;
  assert.deepEqual(
    fileTroubles(reportSources([], [], 0, [], reportRegistryFile(written, 0))),
    [],
    'it is written anew',
  );
});

test('each problem and each note is a line of its own', () => {
  const notes = ['the certificate ends in 5 d', 'its chain is not whole'];
  assert.deepEqual(
    troubles(
      [
        { ...FILE, notes },
        { ...FILE, option: 'auth.file', problem: 'no list' },
      ],
      'disk full',
    ),
    [
      'listen.tls: the certificate ends in 5 d',
      'listen.tls: its chain is not whole',
      'auth.file: the last good one stays in force: no list',
      'registry file: disk full',
    ],
  );
});
