import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { configJsonSchema } from '../../../../server/config/json-schema.ts';
import { optionKeys, options } from '../../../../server/config/options.ts';
import { optionsDocument, optionsFile } from '../../../support/options-document.ts';

test('docs/options.md matches the option table (npm run docs writes it)', async () => {
  assert.equal(readFileSync(optionsFile, 'utf8'), await optionsDocument());
});

test('every default passes its own check', () => {
  for (const key of optionKeys) assert.ok(options[key].kind.read(options[key].fallback).ok, key);
});

test('the JSON schema accepts the defaults and refuses unknown keys', async () => {
  const schema = configJsonSchema();
  const defaults: unknown = parse(/```yaml\n([^`]*)```/.exec(await optionsDocument())?.[1] ?? '');
  assert.deepEqual(Value.Errors(schema, defaults), []);
  assert.ok(!Value.Check(schema, { listen: { prot: 1 } }));
  assert.ok(!Value.Check(schema, { legacy: { pollInterval: '5' } }));
});
