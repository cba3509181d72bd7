// `npm run package`: makes in `dist/` what one installs. The same sources give the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { tarGzip, type ArchivedFile } from './archive.ts';
import { LICENCES_FILE, SBOM_FILE, writeNotices } from './notices.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DIST = join(ROOT, 'dist');
const CHART = join(ROOT, 'helm', 'eurek8s');
const BUNDLE = 'eurek8s.cjs';
const { name, version } = packageJson;

/** What npm reads of the package that is published: the bundle has its dependencies inside. */
function manifest(): string {
  const { description, license, engines } = packageJson;
  const bin = { eurek8s: BUNDLE };
  return `${JSON.stringify({ name, version, description, license, engines, bin }, undefined, 2)}\n`;
}

function bundleWithNotices(): void {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  const scratch = mkdtempSync(join(tmpdir(), 'eurek8s-package-'));
  try {
    const metafile = join(scratch, 'meta.json');
    const words = ['run', '--silent', 'build', '--', `--metafile=${metafile}`, '--log-level=warning'];
    execFileSync('npm', words, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    writeNotices(metafile, DIST);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What the README leads to: whoever has the package alone reads it there. */
function documents(): readonly string[] {
  return globSync(['docs/**/*.md', 'helm/**/*'], { cwd: ROOT })
    .filter((file) => statSync(join(ROOT, file)).isFile())
    .toSorted();
}

function npmTarball(): Buffer {
  const take = (folder: string, file: string): ArchivedFile => ({
    path: `package/${file}`,
    content: readFileSync(join(folder, file)),
    executable: file === BUNDLE,
  });
  const built = [BUNDLE, `${BUNDLE}.map`, `${BUNDLE}.LEGAL.txt`, LICENCES_FILE, SBOM_FILE];
  return tarGzip([
    { path: 'package/package.json', content: Buffer.from(manifest()) },
    ...built.map((file) => take(DIST, file)),
    ...['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'CONTRIBUTING.md'].map((file) => take(ROOT, file)),
    ...documents().map((file) => take(ROOT, file)),
  ]);
}

/** As `helm package` would make it, which writes the time into it: without what .helmignore names. */
function chartArchive(): Buffer {
  const ignored = new Set(readFileSync(join(CHART, '.helmignore'), 'utf8').split('\n'));
  const files = globSync('**/*', { cwd: CHART }).filter(
    (file) => !ignored.has(file) && statSync(join(CHART, file)).isFile(),
  );
  return tarGzip(files.map((file) => ({ path: `${name}/${file}`, content: readFileSync(join(CHART, file)) })));
}

bundleWithNotices();
const made = new Map<string, Buffer>([
  [`${name}-${version}.tgz`, npmTarball()],
  [`${name}-chart-${version}.tgz`, chartArchive()],
  [SBOM_FILE, readFileSync(join(DIST, SBOM_FILE))],
  [LICENCES_FILE, readFileSync(join(DIST, LICENCES_FILE))],
]);
const sums = Array.from(made, ([file, content]) => `${createHash('sha256').update(content).digest('hex')}  ${file}\n`);
made.set('SHA256SUMS', Buffer.from(sums.join('')));
for (const [file, content] of made) {
  writeFileSync(join(DIST, file), content);
  process.stdout.write(`dist/${file.padEnd(30)} ${(content.length / 1024).toFixed(1).padStart(8)} KiB\n`);
}
