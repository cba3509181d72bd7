import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { runProgram } from '../../server/cli/program.ts';
import { testShell } from '../support/shell.ts';

async function scriptFor(name: string): Promise<string> {
  const shell = testShell();
  assert.equal(await runProgram(['completion', name], shell), 0);
  return shell.written.out;
}

describe('a real bash completes', () => {
  let script: string;
  before(async () => {
    script = await scriptFor('bash');
  });

  /** What it offers for the last of these words. */
  function offered(...words: readonly string[]): readonly string[] {
    const ask = `${script}
COMP_WORDS=("$@")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_eurek8s
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', ask, 'bash', 'eurek8s', ...words], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    assert.deepEqual([status, stderr], [0, ''], words.join(' '));
    return stdout.split('\n').filter((line) => line !== '');
  }

  test('commands, and those below them', () => {
    assert.deepEqual(offered('sha'), ['shadow']);
    assert.deepEqual(offered('ch'), ['check', 'changes']);
    assert.deepEqual(offered('holds', 're'), ['release']);
    assert.deepEqual(offered('help', 'wai'), ['wait']);
    assert.ok(offered('').includes('serve'));
  });

  test('options of the command, wherever they stand, and those of the command above', () => {
    assert.deepEqual(offered('shadow', '--l'), ['--legacy', '--lag']);
    assert.deepEqual(offered('explain', 'bob', '--json', '--ser'), ['--server']);
    assert.deepEqual(offered('serve', '--legacy.pollI'), ['--legacy.pollInterval']);
    assert.deepEqual(offered('holds', 'release', '--tok'), ['--token']);
    // A name of an application that is one of a command, too.
    assert.deepEqual(offered('explain', 'shadow', '--leg'), []);
  });

  test('values: of a few the right ones, files where files are meant, else none', () => {
    assert.deepEqual(offered('shadow', '--format', ''), ['text', 'json', 'markdown']);
    assert.deepEqual(offered('export', 'sim'), ['simple-discovery']);
    assert.deepEqual(offered('whatif', 'bob', '--client', ''), ['ribbon', 'springlb', 'node']);
    assert.deepEqual(offered('whatif', 'bob', '--zone', ''), []);
    assert.deepEqual(offered('completion', 'z'), ['zsh']);
    assert.deepEqual(offered('serve', '--config', 'completion.t'), ['completion.test.ts']);
    assert.deepEqual(offered('wait', 'bob', '--timeout', ''), []);
    assert.deepEqual(offered('wait', 'bob', '--status', 'U'), ['UNKNOWN', 'UP']);
    assert.deepEqual(offered('wait', 'bob', '--source', ''), ['kubernetes', 'legacy']);
    assert.deepEqual(offered('serve', '--listen.tls.clientAuth', ''), ['none', 'request', 'require']);
    assert.deepEqual(offered('check', '--log.level', 'd'), ['debug']);
    assert.deepEqual(offered('serve', '--listen.port', ''), []);
  });
});

test('the scripts have every command, and no shell refuses them', async (t) => {
  for (const [name, ...check] of [
    ['bash', '-n'],
    ['zsh', '-n'],
    ['fish', '--no-execute'],
  ] as const) {
    const script = await scriptFor(name);
    for (const word of ['serve', 'shadow', 'migration', 'completion'])
      assert.match(script, new RegExp(`\\b${word}\\b`));
    const { status, error, stderr } = spawnSync(name, check, { input: script, encoding: 'utf8' });
    if (error !== undefined) t.diagnostic(`there is no ${name} here: ${error.message}`);
    else assert.equal(status, 0, stderr);
  }
});

test('a shell that there is no script for is wrong use', async () => {
  const shell = testShell();
  assert.equal(await runProgram(['completion', 'tcsh'], shell), 2);
  assert.match(shell.written.err, /Allowed choices are bash, zsh, fish/);
});
