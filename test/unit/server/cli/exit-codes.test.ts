import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXIT_CODES } from '../../../../server/cli/exit-codes.ts';
import { runProgram } from '../../../../server/cli/program.ts';
import { testShell } from '../../../support/shell.ts';

const document = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');

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
    assert.ok(told.includes(`Exit codes: 0 ${codes[0]}; 1 ${codes[1]}; 2 ${codes[2]}.`), `${name}: ${told}`);
    const row = document.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    const cells = row?.split('|').map((cell) => cell.trim());
    assert.deepEqual(cells?.slice(2, 5), [...codes], `docs/operations.md, the row of ${name}`);
  }
});
