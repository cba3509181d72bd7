import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const table = readFileSync(join(ROOT, 'test', 'field', 'README.md'), 'utf8');
/** `file` › part of a test's name; a file alone stands for all of its tests, or for a golden case. */
const TEST = /^`(test\/[^`]+)`(?: › (.+))?$/;
const lines = table.split('\n').filter((line) => /^\| (?!situation|---)/.test(line));
const rows = lines.map((line) => {
  const cells = line
    .slice(2, -2)
    .split(' | ')
    .map((cell) => cell.trim());
  const [, file = '', name] = TEST.exec(cells.at(-1) ?? '') ?? [];
  return { situation: cells[0] ?? '', cells, file, name };
});

test('every row of the tables of situations names a test that is there', () => {
  assert.ok(rows.length >= 100, `${rows.length} rows`);
  const missing = rows.filter(({ file, name }) => {
    const path = join(ROOT, file);
    return file === '' || !existsSync(path) || (name !== undefined && !readFileSync(path, 'utf8').includes(name));
  });
  assert.deepEqual(missing, []);
});

test('each further situation says how it was tried and how it came out', () => {
  const from = table.split('## Further situations')[1] ?? '';
  const further = rows.filter(({ situation }) => from.includes(`| ${situation} `));
  assert.ok(further.length >= 49, `${further.length} rows`);
  assert.deepEqual(
    further.filter(({ cells }) => cells.length !== 4 || cells.includes('')),
    [],
  );
});

test('no situation stands there twice', () => {
  const seen = rows.map(({ situation }) => situation);
  assert.deepEqual(
    seen.filter((situation, i) => seen.indexOf(situation) !== i),
    [],
  );
});
