// `node .ci/package/notices.ts METAFILE FOLDER`: writes beside a bundle what it contains: licences and SBOM.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages, type Metafile } from './bundled.ts';
import { licenceList, licenceProblems } from './licences.ts';
import { sbomOfBundle, type Sbom } from './sbom.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const LICENCES_FILE = 'THIRD-PARTY-LICENCES.txt';
export const SBOM_FILE = 'sbom.cdx.json';

/** Throws when a bundled package has a licence that does not allow it. */
export function writeNotices(metafile: string, folder: string): void {
  const packages = bundledPackages(JSON.parse(readFileSync(metafile, 'utf8')) as Metafile, ROOT);
  const problems = licenceProblems(packages);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  writeFileSync(join(folder, LICENCES_FILE), licenceList(packages));
  writeFileSync(join(folder, SBOM_FILE), `${JSON.stringify(sbomOfBundle(sbomOfNpm(), packages), undefined, 2)}\n`);
}

function sbomOfNpm(): Sbom {
  // Without `--omit`: npm then also leaves out packages that something else needs, too: of one platform (optional), or a
  // tool (dev). What is not in the bundle is cut away afterwards.
  const words = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  return JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 })) as Sbom;
}

if (import.meta.main) {
  const [metafile, folder] = process.argv.slice(2);
  if (metafile === undefined || folder === undefined) throw new Error('usage: notices.ts METAFILE FOLDER');
  writeNotices(metafile, folder);
}
