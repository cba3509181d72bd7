import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApiDocument } from '../../shared/openapi/document.ts';

const FILE = join(import.meta.dirname, 'openapi.json');

// Programs are generated from it: a change of the file is a change for them, and shows in its difference.
test('the description of the API is as it was', () => {
  const document = openApiDocument('1.2.3');
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(FILE, `${JSON.stringify(document, undefined, 2)}\n`);
  assert.deepEqual(JSON.parse(JSON.stringify(document)), JSON.parse(readFileSync(FILE, 'utf8')));
});
