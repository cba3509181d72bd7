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

/** What runs of a file of tests: without comments that have lines of their own. */
function running(text: string): string {
  return text.replaceAll(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^[ \t]*\/\/.*$/gm, '');
}

const LEFT_OUT = /\b(?:test|it|describe|suite)\.(?:skip|todo)\b|\b(?:skip|todo):\s*(?:true|['"`])/;

/** Whether all tests of the file are run and, with a name, one of them is called so. */
function isRun(text: string, name: string | undefined): boolean {
  const code = running(text);
  const hasTests = /\b(?:test|faultRow)\(/.test(code) && !LEFT_OUT.test(code);
  return hasTests && (name === undefined || code.split('\n').some((line) => isNamed(line, name)));
}

/** A name stands in quotes: by itself, or as a part of a longer one. */
function isNamed(line: string, name: string): boolean {
  const at = line.indexOf(name);
  return at > 0 && /['"`]/.test(line.slice(0, at)) && /['"`]/.test(line.slice(at + name.length));
}

test('every bound of the threat model names a test that is there, and is run', () => {
  const missing = rows.filter(({ cells, file, name }) => {
    const path = join(ROOT, file);
    if (cells.length !== 3 || cells.includes('') || file === '' || !existsSync(path)) return true;
    return file.endsWith('.test.ts') && !isRun(readFileSync(path, 'utf8'), name);
  });
  assert.deepEqual(missing, []);
});

test('a test that is not run holds nothing', () => {
  const good = "test('it is refused, and so on', async (t) => {\n  assert.ok(t);\n});\n";
  assert.equal(isRun(good, 'it is refused'), true);
  assert.equal(isRun(good, undefined), true);
  assert.equal(isRun("for (const [what] of [['it is refused', 1]]) test(what, () => {});", 'it is refused'), true);
  const commented = good.replaceAll(/^/gm, '// ');
  for (const text of ['', '// it is refused\n', commented, `/*\n${good}*/\n`, good.replace('test(', 'test.skip(')])
    for (const name of ['it is refused', undefined]) assert.equal(isRun(text, name), false, text);
  for (const text of [
    good.replace('async', '{ skip: true }, async'),
    good.replace('async', "{ todo: 'later' }, async"),
  ])
    assert.equal(isRun(text, 'it is refused'), false, text);
  assert.equal(isRun(`${good}// it is allowed\n`, 'it is allowed'), false);
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
