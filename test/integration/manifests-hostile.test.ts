import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILE_SYSTEM, type FileAccess } from '../../server/sources/manifests/manifest-directory.ts';
import { ManifestReader } from '../../server/sources/manifests/manifest-reader.ts';
import { systemClock } from '../../server/system/clock.ts';
import { A_SCAN, app, begin, text, until } from '../support/manifests-scene.ts';

test('neither a FIFO nor a link to a device is read, and nothing waits for one', async (t) => {
  const { directory, source, sink } = begin(t, { 'carol.yaml': text(...app('carol')) }, { rescanMs: 100 });
  await until(() => sink.syncs === 1, 'sync');
  execFileSync('mkfifo', [join(directory, 'fifo.yaml')]);
  symlinkSync('/dev/zero', join(directory, 'zero.yaml'));
  symlinkSync('/dev/tty', join(directory, 'tty.json'));
  await until(() => source.health().detail['brokenFiles'] === 3, 'the errors');
  assert.match(
    source.health().lastError ?? '',
    /fifo\.yaml: no regular file.*; tty\.json: no.*; zero\.yaml: no regular file/,
  );
  writeFileSync(join(directory, 'dave.yaml'), text(...app('dave')));
  await until(() => sink.publication('dave') !== undefined, 'a file beside them');
});

test('a FIFO that takes the place of a file after it was looked at is not waited for', async (t) => {
  const { directory } = begin(t);
  const path = join(directory, 'late.yaml');
  execFileSync('mkfifo', [path]);
  const read = await FILE_SYSTEM.read(path, 100);
  assert.match(read.ok ? '' : read.error, /no regular file/);
});

test('a file with a stated size of 0 is read to its end, and no further than allowed', async () => {
  const status = await FILE_SYSTEM.read('/proc/self/status', 1_000_000);
  assert.ok(status.ok && new TextDecoder().decode(status.value).includes('\nPid:'));
  assert.match(
    await FILE_SYSTEM.read('/proc/self/status', 10).then((read) => (read.ok ? '' : read.error)),
    /larger than 10/,
  );
});

test('a directory that does not answer becomes an error, is not read again meanwhile, and is read when it is back', async (t) => {
  let hangs = false;
  let asked = 0;
  let release: () => void = () => undefined;
  const access: FileAccess = {
    ...FILE_SYSTEM,
    async namesIn(path) {
      asked++;
      if (hangs) await new Promise<void>((resolve) => (release = resolve));
      return FILE_SYSTEM.namesIn(path);
    },
  };
  const { source, sink, write } = begin(t, { 'carol.yaml': text(...app('carol')) }, { rescanMs: 50, access });
  await until(() => sink.syncs === 1, 'sync');
  hangs = true;
  await until(() => source.health().state === 'stale', 'staleness', 30_000);
  assert.match(source.health().lastError ?? '', /has not answered for 5 s/);
  assert.equal(sink.publication('carol')?.status, 'UP');
  const before = asked;
  await sleep(A_SCAN);
  assert.equal(asked, before);
  hangs = false;
  release();
  write('carol.yaml', ...app('carol', 0));
  await until(() => sink.publication('carol')?.status === 'DOWN', 'what was written meanwhile');
  assert.equal(source.health().lastError, undefined);
});

test('a directory that never answers does not keep the source from stopping', async (t) => {
  const access: FileAccess = { ...FILE_SYSTEM, identityOf: () => new Promise(() => undefined) };
  const { source, sink } = begin(t, {}, { access });
  await source.stop();
  assert.equal(sink.syncs, 0);
});

test('aliases in aliases that would take for ever are given up, and the next file is read', async (t) => {
  const reader = new ManifestReader(systemClock(Date.now), 1_000);
  t.after(() => reader.stop());
  const levels = Array.from(
    { length: 12 },
    (_, i) => `x${i + 1}: &x${i + 1} {<<: [${Array.from({ length: 8 }, () => `*x${i}`).join(', ')}]}`,
  );
  const bomb = ['x0: &x0 {a: b}', ...levels, 'kind: Service', 'metadata: {name: a, <<: *x12}'].join('\n');
  const read = await reader.read('bomb.yaml', new TextEncoder().encode(bomb));
  assert.match(read.ok ? '' : read.error.message, /longer than 1 s|alias/i);
  const next = await reader.read('a.yaml', new TextEncoder().encode('kind: Service\nmetadata: {name: a}\n'));
  assert.ok(next.ok && next.value !== 'empty');
  assert.equal(next.value.objects.length, 1);
});
