import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const sections = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8').split(/^## /m).slice(1);
/** `file` › part of a test's name; a file alone stands for all of its tests, or for a golden case. */
const TEST = /^`(test\/[^`]+)`(?: › (.+))?$/;

const rows = sections.flatMap((section) => {
  const title = section.split('\n', 1)[0] ?? '';
  const lines = section.split('\n').filter((line) => /^\| (?!what is tried|---)/.test(line));
  return lines.map((line) => {
    const cells = line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim());
    const [, file = '', name] = TEST.exec(cells[2] ?? '') ?? [];
    return { title, cells, file, name };
  });
});

test('every bound of the threat model names a test that is there', () => {
  const missing = rows.filter(({ cells, file, name }) => {
    const path = join(ROOT, file);
    if (cells.length !== 3 || cells.includes('') || file === '' || !existsSync(path)) return true;
    return name !== undefined && !readFileSync(path, 'utf8').includes(name);
  });
  assert.deepEqual(missing, []);
});

test('each attacker of the threat model has bounds', () => {
  const attackers = [
    /tenant/,
    /without credentials/,
    /web page/,
    /right `register`/,
    /legacy/,
    /cluster/,
    /network$/,
    /disk/,
    /shipped/,
  ];
  for (const attacker of attackers) {
    const bounds = rows.filter(({ title }) => attacker.test(title));
    assert.ok(bounds.length >= 2, `${attacker}: ${bounds.length}`);
  }
});

test('what is not bounded is said, too', () => {
  const open = sections.find((section) => section.startsWith('Open limits')) ?? '';
  assert.ok((open.match(/^- \*\*/gm) ?? []).length >= 5);
});
