import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { instrument } from '../../mutation/instrument.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('the sources can be mutated, and each mutant knows what it replaces', async () => {
  const { mutants, sources } = await instrument(ROOT, ['shared/within.ts', 'shared/result.ts']);
  assert.deepEqual(Object.keys(sources), ['shared/within.ts', 'shared/result.ts']);
  assert.deepEqual(
    mutants.map(({ id }) => id),
    [...mutants.keys()],
  );
  for (const { id, file, original, replacement } of mutants) {
    assert.notEqual(original, replacement);
    assert.match(sources[file] ?? '', new RegExp(`stryMutAct_9fa48\\(${id}\\)`), `${file} #${id}`);
  }
  assert.ok(mutants.some(({ file, original }) => file === 'shared/result.ts' && original === 'true'));
});
