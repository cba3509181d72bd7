import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXIT_CODES } from '../../../../server/cli/exit-codes.ts';
import { runProgram } from '../../../../server/cli/program.ts';
import { openApiDocument } from '../../../../shared/openapi/document.ts';
import { testShell } from '../../../support/shell.ts';

const root = join(import.meta.dirname, '../../../..');
const document = readFileSync(join(root, 'docs/operations.md'), 'utf8');

async function help(...words: readonly string[]): Promise<string> {
  const shell = testShell();
  await runProgram([...words, '--help'], shell);
  return shell.written.out;
}

test('every command has its exit codes, in its help and in a row of the documentation', async () => {
  const commands = [...(await help()).matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name = '']) => name);
  assert.deepEqual(
    commands.filter((name) => name !== 'help').toSorted((a, b) => a.localeCompare(b)),
    Object.keys(EXIT_CODES)
      .filter((name) => !name.includes(' '))
      .toSorted((a, b) => a.localeCompare(b)),
  );
  for (const [name, codes] of Object.entries(EXIT_CODES)) {
    const told = (await help(...name.split(' '))).replaceAll(/\s+/g, ' ');
    const failed = codes[1] === 'never' ? '' : `1 ${codes[1]}; `;
    assert.ok(told.includes(`Exit codes: 0 ${codes[0]}; ${failed}2 ${codes[2]}.`), `${name}: ${told}`);
    const row = document.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    const cells = row?.split('|').map((cell) => cell.trim());
    assert.deepEqual(cells?.slice(2, 5), [...codes], `docs/operations.md, the row of ${name}`);
  }
});

test('every report of the operations API has a command', () => {
  const reports = Object.entries(openApiDocument('1').paths)
    .filter(([path, methods]) => 'get' in methods && !path.endsWith('.json'))
    .flatMap(([path]) => /^\/eurek8s\/([a-z]+)/.exec(path)?.[1] ?? [])
    .filter((name) => name !== 'at');
  assert.ok(reports.length > 10, reports.join(', '));
  assert.deepEqual(
    reports.filter((name) => !(name in EXIT_CODES)),
    [],
  );
});

test('every command that the documentation and the alerts name is there', () => {
  const files = [
    'README.md',
    'helm/eurek8s/alerts.yaml',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ];
  const told = files
    .filter((name) => /\.(md|yaml)$/.test(name))
    .flatMap((name) => [...readFileSync(join(root, name), 'utf8').matchAll(/(?:`|^(?:\$ )?)eurek8s ([a-z]+)/gm)])
    .map(([, name = '']) => name);
  assert.ok(told.length > 50, `${told.length}`);
  assert.deepEqual(
    told.filter((name) => !(name in EXIT_CODES)),
    [],
  );
});

test('what changes prints while it watches is another thing than the lists', async () => {
  assert.match((await help('changes')).replaceAll(/\s+/g, ' '), /--watch go on until Ctrl-C: print each change once/);
  assert.match((await help('apps')).replaceAll(/\s+/g, ' '), /--watch go on until Ctrl-C: print it again/);
});
