import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';

test('the cluster client is not loaded by a process that follows no cluster', async (t) => {
  const loaded: string[] = [];
  const hooks = registerHooks({
    load: (url, context, next) => {
      loaded.push(url);
      return next(url, context);
    },
  });
  t.after(() => hooks.deregister());
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
