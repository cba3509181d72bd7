import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';

test('the view for terminals is not loaded by other commands or by the server', async (t) => {
  const loaded: string[] = [];
  const hooks = registerHooks({
    load: (url, context, next) => {
      loaded.push(url);
      return next(url, context);
    },
  });
  t.after(() => hooks.deregister());
  await import('../../server/cli/program.ts');
  await import('../../server/wiring/server.ts');
  assert.ok(
    loaded.some((url) => url.endsWith('/cli/top-command.ts')),
    'the hook sees what is loaded',
  );
  assert.deepEqual(
    loaded.filter((url) => /\/shared\/top\/|\/cli\/(top|terminal)\.ts/.test(url)),
    [],
  );
});
