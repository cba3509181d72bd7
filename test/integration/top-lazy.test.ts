import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadedModules } from '../support/loaded-modules.ts';

test('the view for terminals is not loaded by other commands or by the server', async (t) => {
  const loaded = loadedModules(t);
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
