// Runs a TypeScript entry, or whatever else Node is told, under the pinned Node, and installs what is missing first. It is
// plain JavaScript for any Node >= 20, because the scripts of package.json begin with it in a fresh clone, before anything
// is installed.
//   node server/bootstrap.mjs server/main.ts demo
//   node server/bootstrap.mjs --test test/unit/pins.test.ts
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.eurek8s-installed');
const bin = join(root, 'node_modules', '.bin');
const lock = readFileSync(join(root, 'package-lock.json'));
const wanted = createHash('sha256').update(lock).digest('hex');

/** What npm notes of an installation that ended well, whoever ran it: an `npm ci` by hand is not done again. */
function isInstalledByHand() {
  const noted = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages;
  return Object.entries(JSON.parse(lock.toString('utf8')).packages).every(([path, { version, optional }]) => {
    // The root; and optional packages are not there where they are for another platform.
    if (path === '' || (installed[path] === undefined && optional === true)) return true;
    return installed[path]?.version === version;
  });
}

const isInstalled = (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) || isInstalledByHand();
if (!isInstalled) {
  const started = Date.now();
  process.stderr.write('Installing dependencies (only this time; about 15 s with a warm package cache) ...\n');
  // npm runs under the system's Node and warns of each package that wants a newer one. None of them is run by that Node.
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status } = spawnSync(
    command,
    [...first, 'ci', '--ignore-scripts', '--loglevel=error', '--no-fund', '--no-audit'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) {
    process.stderr.write(
      'The installation failed; the lines above say why. Run the command again once that is mended.\n',
    );
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

const pinned = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');
if (!existsSync(pinned)) {
  process.stderr.write(
    `The pinned Node for ${process.platform}-${process.arch} is not among the optional dependencies of this package.\n`,
  );
  process.exit(1);
}
const path = `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
const child = spawn(pinned, process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// A terminal sends ctrl-C to the child too; then this process only waits for it, so that the exit code is the child's.
process.on('SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT')));
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${pinned}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128 + constants.signals[signal])));
