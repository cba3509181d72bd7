import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadedModules } from '../support/loaded-modules.ts';

test('the cluster client is not loaded by a process that follows no cluster', async (t) => {
  const loaded = loadedModules(t);
  await import('../../server/sources/kubernetes/kubernetes-source.ts');
  await import('../../server/sources/kubernetes/check-access.ts');
  assert.ok(
    loaded.some((url) => url.endsWith('/watch-record.ts')),
    'the hook sees what is loaded',
  );
  assert.deepEqual(
    loaded.filter((url) => url.includes('@kubernetes')),
    [],
  );
});
