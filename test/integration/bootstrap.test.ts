import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };

const LOCK = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0', optional: true } },
};

/** Stands for npm: leaves the pinned Node behind. */
const NPM = `
const { mkdirSync, symlinkSync } = require('node:fs');
mkdirSync('node_modules/.bin', { recursive: true });
symlinkSync(process.execPath, 'node_modules/.bin/node');
process.stderr.write('asked: ' + process.argv.slice(2, 4).join(' '));
`;

/** A clone of nothing but the bootstrap; runs it and tells what it wrote. */
function clone(t: TestContext): {
  readonly dir: string;
  readonly run: (...words: readonly string[]) => ReturnType<typeof spawnSync>;
} {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-bootstrap-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'server'));
  copyFileSync(join(import.meta.dirname, '..', '..', 'server', 'bootstrap.mjs'), join(dir, 'server', 'bootstrap.mjs'));
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(LOCK));
  writeFileSync(join(dir, 'npm.cjs'), NPM);
  const env = { ...process.env, npm_execpath: join(dir, 'npm.cjs') };
  return {
    dir,
    run: (...words) =>
      spawnSync(process.execPath, [join(dir, 'server', 'bootstrap.mjs'), ...words], { env, encoding: 'utf8' }),
  };
}

test('a fresh clone is installed once, and Node gets what it is told', (t) => {
  const { dir, run } = clone(t);
  const first = run('-p', '6 * 7');
  assert.deepEqual([first.status, first.stdout], [0, '42\n'], String(first.stderr));
  assert.match(String(first.stderr), /asked: ci --ignore-scripts/);
  const second = run('-e', 'process.exit(3)');
  assert.deepEqual([second.status, second.stderr], [3, '']);
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ ...LOCK, version: 2 }));
  rmSync(join(dir, 'node_modules', '.bin'), { recursive: true });
  assert.match(String(run('-p', '1').stderr), /asked: ci/, 'another lock file');
});

test('what somebody has installed by hand is not installed again, unless it is something else', (t) => {
  const { dir, run } = clone(t);
  const bin = join(dir, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  execFileSync('ln', ['-s', process.execPath, join(bin, 'node')]);
  const noted = (packages: unknown): void =>
    writeFileSync(join(dir, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  noted({ 'node_modules/a': { version: '1.0.0' } });
  assert.deepEqual([run('-p', '1').stderr, run('-p', '1').stdout], ['', '1\n']);
  for (const other of [{ 'node_modules/a': { version: '2.0.0' } }, { 'node_modules/b': { version: '1.0.0' } }]) {
    noted(other);
    rmSync(bin, { recursive: true, force: true });
    rmSync(join(dir, 'node_modules', '.eurek8s-installed'), { force: true });
    assert.match(String(run('-p', '1').stderr), /asked: ci/);
  }
});

test('each script that runs Node begins with the bootstrap, so that all work in a fresh clone', () => {
  // The image builds where all is installed.
  const { build: _, ...scripts } = packageJson.scripts;
  for (const [name, script] of Object.entries(scripts))
    for (const [, words = ''] of script.matchAll(/(?:^|\s)node (\S+)/g))
      assert.equal(words, 'server/bootstrap.mjs', name);
});

test('a signal reaches what is run', async (t) => {
  const { dir, run } = clone(t);
  run('-p', '1');
  const ends = `
    for (const [signal, code] of [['SIGTERM', 11], ['SIGINT', 12]]) process.on(signal, () => process.exit(code));
    setInterval(() => undefined, 1000);
    process.stdout.write('ready');`;
  for (const [signal, code] of [
    ['SIGTERM', 11],
    ['SIGINT', 12],
  ] as const) {
    const words = [join(dir, 'server', 'bootstrap.mjs'), '-e', ends];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [code, null], signal);
  }
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGKILL', 137],
  ] as const)
    assert.equal(run('-e', `process.kill(process.pid, '${signal}')`).status, code, signal);
});
