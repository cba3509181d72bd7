import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tarGzip } from '../../../package/archive.ts';

const files = [
  { path: 'a/program', content: Buffer.alloc(1024, 1), executable: true },
  { path: 'a/b/text', content: Buffer.from('text') },
  { path: 'a/empty', content: Buffer.alloc(0) },
];

test('an archive is unpacked by tar as it was packed', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-archive-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  execFileSync('tar', ['-xzf', '-', '-C', dir], { input: tarGzip(files) });
  for (const { path, content, executable = false } of files) {
    assert.deepEqual(readFileSync(join(dir, path)), content);
    assert.equal((statSync(join(dir, path)).mode & 0o111) !== 0, executable, path);
  }
});

test('an archive depends on its files alone: not on their order, the time or the system', () => {
  const packed = tarGzip(files);
  assert.deepEqual(tarGzip(files.toReversed()), packed);
  assert.deepEqual([...packed.subarray(4, 8), packed[9]], [0, 0, 0, 0, 255]);
});

test('a path that the format cannot hold is an error, not another path', () => {
  assert.throws(() => tarGzip([{ path: `a/${'b'.repeat(100)}`, content: Buffer.alloc(0) }]), /too long/);
});
