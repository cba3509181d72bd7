import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const table = readFileSync(join(ROOT, 'test', 'field', 'README.md'), 'utf8');
/** `file` › part of a test's name; a file alone stands for all of its tests, or for a golden case. */
const ROW = /^\| (?!situation|---)(.+?) \| .*?`(test\/[^`]+)`(?: › (.+?))? *\|$/gm;
const rows = [...table.matchAll(ROW)].map(([, situation = '', file = '', name]) => ({ situation, file, name }));

test('every row of the table of situations names a test that is there', () => {
  assert.ok(rows.length >= 40, `${rows.length} rows`);
  const missing = rows.filter(({ file, name }) => {
    const path = join(ROOT, file);
    return !existsSync(path) || (name !== undefined && !readFileSync(path, 'utf8').includes(name));
  });
  assert.deepEqual(missing, []);
});

test('no row of the tables is passed over', () => {
  const lines = table.split('\n').filter((line) => /^\| (?!situation|---)/.test(line));
  assert.equal(rows.length, lines.length);
});
