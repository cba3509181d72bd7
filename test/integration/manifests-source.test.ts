import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { rawEndpointSlice } from '../support/cluster-objects.ts';
import { SILENT_LOG } from '../support/silent-log.ts';
import { A_SCAN, app, begin, text, until } from '../support/manifests-scene.ts';

test('what is there at the start is the first complete view', async (t) => {
  const { source, sink } = begin(t, {
    'carol.yaml': text(...app('carol', 2)),
    'dave.json': JSON.stringify({ kind: 'List', items: app('dave', 0) }),
    'notes.txt': 'not: [a manifest',
    '.carol.yaml.swp': 'nor: [this',
  });
  assert.equal(source.id, 'manifests:local');
  assert.equal(source.health().state, 'starting');
  await until(() => sink.syncs === 1, 'sync');
  assert.equal(sink.replaced, 1);
  assert.equal(sink.publication('carol')?.status, 'UP');
  assert.equal(sink.publication('carol')?.cluster, 'local');
  assert.equal(sink.publication('dave')?.status, 'DOWN');
  const { state, lastError, detail } = source.health();
  assert.deepEqual([state, lastError], ['synced', undefined]);
  assert.equal(detail['skipped'], '1 (notes.txt ends neither in .yaml nor in .yml or .json)');
  assert.deepEqual([detail['files'], detail['published'], detail['watching']], [2, 2, true]);
});

test('an empty directory is a view too', async (t) => {
  const { sink } = begin(t);
  await until(() => sink.syncs === 1, 'sync');
  assert.equal(sink.apps.size, 0);
});

// Without `rescanMs` a rescan is a minute away, so earlier changes were noticed by the watch.

test('new, changed and deleted files are seen soon, each as one change', async (t) => {
  const { directory, sink, write } = begin(t);
  await until(() => sink.syncs === 1, 'sync');
  write('carol.yaml', ...app('carol'));
  await until(() => sink.publication('carol') !== undefined, 'the new file');
  assert.equal(sink.publication('carol')?.status, 'UP');
  assert.equal(sink.updates.length, 1);
  write('carol.yaml', ...app('carol', 0));
  await until(() => sink.publication('carol')?.status === 'DOWN', 'the change');
  unlinkSync(join(directory, 'carol.yaml'));
  await until(() => sink.apps.size === 0, 'the removal');
  assert.equal(sink.updates.length, 3);
});

test('a file that an editor writes under another name and renames is read', async (t) => {
  const { directory, sink } = begin(t, { 'carol.yaml': text(...app('carol')) });
  await until(() => sink.syncs === 1, 'sync');
  const path = join(directory, 'carol.yaml');
  renameSync(path, `${path}~`);
  writeFileSync(path, text(...app('carol', 0)));
  unlinkSync(`${path}~`);
  await until(() => sink.publication('carol')?.status === 'DOWN', 'the save by renaming the old file');
  writeFileSync(join(directory, '.new'), text(...app('carol', 1)));
  renameSync(join(directory, '.new'), path);
  await until(() => sink.publication('carol')?.status === 'UP', 'the save by renaming the new file');
  assert.deepEqual(sink.updates, [['CAROL'], ['CAROL']]);
});

test('a mounted ConfigMap, which swaps a link, is followed', async (t) => {
  const { directory, sink } = begin(t);
  for (const [version, ready] of [
    ['..1', 1],
    ['..2', 0],
  ] as const) {
    mkdirSync(join(directory, version));
    writeFileSync(join(directory, version, 'carol.yaml'), text(...app('carol', ready)));
  }
  symlinkSync('..1', join(directory, '..data'));
  symlinkSync(join('..data', 'carol.yaml'), join(directory, 'carol.yaml'));
  await until(() => sink.publication('carol')?.status === 'UP', 'the first version');
  symlinkSync('..2', join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  await until(() => sink.publication('carol')?.status === 'DOWN', 'the second version');
});

test('entries that are not manifests are counted and named, in the log once for as long as it stays the same', async (t) => {
  const lines: string[] = [];
  const info = (fields: object, message: string): void => void lines.push(`${message}: ${JSON.stringify(fields)}`);
  const log = { ...SILENT_LOG, info };
  const { directory, source, sink, write } = begin(t, { 'gina.YAML': text(...app('gina')) }, { rescanMs: 50, log });
  mkdirSync(join(directory, 'team'));
  writeFileSync(join(directory, 'team', 'dora.yaml'), text(...app('dora')));
  mkdirSync(join(directory, 'more.yaml'));
  await until(() => sink.syncs === 1, 'sync');
  const expected =
    '3 (gina.YAML ends neither in .yaml nor in .yml or .json, more.yaml/ is a directory, team/ is a directory)';
  await until(() => source.health().detail['skipped'] === expected, 'the names');
  const loggedLines = (): readonly string[] => lines.filter((line) => line.includes('team/'));
  await until(() => loggedLines().length > 0, 'the line');
  await sleep(A_SCAN);
  assert.equal(loggedLines().length, 1);
  assert.match(loggedLines()[0] ?? '', /not everything in the directory is a manifest/);
  write('carol.yaml', ...app('carol'));
  await until(() => sink.publication('carol') !== undefined, 'a manifest');
  assert.deepEqual([...sink.apps.keys()], ['CAROL']);
  for (let i = 0; i < 20; i++) writeFileSync(join(directory, `note-${i}.txt`), '');
  await until(() => String(source.health().detail['skipped']).endsWith(', and 13 more)'), 'a bounded list');
});

test('a file in another encoding is reported, and keeps its last good objects', async (t) => {
  const { directory, source, sink } = begin(t, { 'carol.yaml': text(...app('carol')) });
  await until(() => sink.syncs === 1, 'sync');
  writeFileSync(join(directory, 'carol.yaml'), Buffer.from(`\u{feff}${text(...app('carol', 0))}`, 'utf16le'));
  await until(() => source.health().lastError !== undefined, 'the error');
  assert.equal(source.health().lastError, 'carol.yaml: not UTF-8 (it looks like UTF-16): save it as UTF-8');
  writeFileSync(join(directory, 'carol.yaml'), Buffer.from('kind: Service\n# M\u00fcller\n', 'latin1'));
  await until(() => source.health().lastError?.startsWith('carol.yaml:2: not UTF-8') === true, 'the line');
  assert.equal(sink.publication('carol')?.status, 'UP');
});

test('JSON with a byte order mark, and several JSON documents in one file, are read', async (t) => {
  const objects = app('carol').map((object) => JSON.stringify(object));
  const { sink } = begin(t, { 'carol.json': `\u{feff}${objects.join('\n')}` });
  await until(() => sink.syncs === 1, 'sync');
  assert.equal(sink.publication('carol')?.status, 'UP');
});

test('a broken file keeps its last good objects and is named with its line; others go on', async (t) => {
  const { directory, source, sink, write } = begin(t, { 'carol.yaml': text(...app('carol')) });
  await until(() => sink.syncs === 1, 'sync');
  writeFileSync(join(directory, 'carol.yaml'), 'kind: Ingress\nmetadata:\n  name: carol\n bad');
  await until(() => source.health().lastError !== undefined, 'the error');
  assert.match(source.health().lastError ?? '', /^carol\.yaml:4: /);
  assert.equal(source.health().detail['brokenFiles'], 1);
  write('dave.yaml', ...app('dave'));
  await until(() => sink.publication('dave') !== undefined, 'the other file');
  assert.equal(sink.publication('carol')?.status, 'UP');
  write('carol.yaml', ...app('carol', 0));
  await until(() => sink.publication('carol')?.status === 'DOWN', 'the mended file');
  assert.equal(source.health().lastError, undefined);
});

test('a file that is emptied is being written, not given up', async (t) => {
  const { directory, source, sink } = begin(t, { 'carol.yaml': text(...app('carol')) });
  await until(() => sink.syncs === 1, 'sync');
  truncateSync(join(directory, 'carol.yaml'));
  await until(() => source.health().lastError?.includes('empty') === true, 'the error');
  assert.equal(sink.publication('carol')?.status, 'UP');
  writeFileSync(join(directory, 'carol.yaml'), '# nothing any more\n');
  await until(() => sink.apps.size === 0, 'a file of comments has no objects');
});

test('a file that is broken from the start holds the others back only for a while', async (t) => {
  const { source, sink } = begin(t, { 'carol.yaml': text(...app('carol')), 'dave.yaml': 'a: [' }, { rescanMs: 200 });
  await until(() => source.health().lastError !== undefined, 'the error');
  assert.equal(sink.syncs, 0);
  await until(() => sink.syncs === 1, 'sync');
  assert.equal(sink.publication('carol')?.status, 'UP');
  assert.match(source.health().lastError ?? '', /^dave\.yaml:1: /);
});

test('of two objects with one name the last file has it, and the other comes back when that one goes', async (t) => {
  const { directory, source, sink } = begin(t, {
    'a.yaml': text(...app('carol', 1)),
    'b.yaml': text(rawEndpointSlice('carol-1', 'carol', 0)),
  });
  await until(() => sink.syncs === 1, 'sync');
  assert.equal(sink.publication('carol')?.status, 'DOWN');
  assert.equal(source.health().detail['duplicateObjects'], 1);
  unlinkSync(join(directory, 'b.yaml'));
  await until(() => sink.publication('carol')?.status === 'UP', 'the first file');
});

test('a directory that is missing at the start is an error that heals', async (t) => {
  const { directory, source, sink, write } = begin(t, {}, { missing: true, rescanMs: 100 });
  await until(() => source.health().lastError !== undefined, 'the error');
  assert.match(source.health().lastError ?? '', /: does not exist$/);
  assert.equal(source.health().state, 'starting');
  assert.equal(sink.replaced, 0);
  mkdirSync(directory);
  write('carol.yaml', ...app('carol'));
  await until(() => sink.publication('carol') !== undefined, 'the directory');
  assert.equal(source.health().lastError, undefined);
});

test('a directory that vanishes leaves the last view in force, and is followed when it is back', async (t) => {
  const { directory, source, sink, write } = begin(t, { 'carol.yaml': text(...app('carol')) }, { rescanMs: 100 });
  await until(() => sink.syncs === 1, 'sync');
  renameSync(directory, `${directory}-away`);
  await until(() => source.health().state === 'stale', 'staleness');
  assert.equal(sink.publication('carol')?.status, 'UP');
  assert.deepEqual(sink.updates, []);
  mkdirSync(directory);
  write('carol.yaml', ...app('carol', 0));
  await until(() => sink.publication('carol')?.status === 'DOWN', 'the new directory');
  assert.equal(source.health().state, 'synced');
  write('carol.yaml', ...app('carol', 1));
  await until(() => sink.publication('carol')?.status === 'UP', 'a change in the new directory');
});

test('a link that leads in a circle is an error of that file alone', async (t) => {
  const { directory, source, sink } = begin(t, { 'carol.yaml': text(...app('carol')) });
  await until(() => sink.syncs === 1, 'sync');
  symlinkSync('loop.yaml', join(directory, 'loop.yaml'));
  mkdirSync(join(directory, 'folder.yaml'));
  await until(() => source.health().lastError !== undefined, 'the error');
  assert.match(source.health().lastError ?? '', /^loop\.yaml: ELOOP/);
  assert.equal(sink.publication('carol')?.status, 'UP');
});

test('after stop nothing is contributed', async (t) => {
  const { source, sink, write } = begin(t);
  await until(() => sink.syncs === 1, 'sync');
  await source.stop();
  write('carol.yaml', ...app('carol'));
  await sleep(A_SCAN);
  assert.equal(sink.apps.size, 0);
});

test('a stop in the middle of a look leaves no watch behind', async (t) => {
  const { source } = begin(t, { 'a.yaml': '' });
  // The scan has begun and waits for the file system.
  await Promise.resolve();
  await source.stop();
  assert.equal(source.health().detail['watching'], false);
});
