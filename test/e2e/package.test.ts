import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { after, before, describe, test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { writeManifest } from '../../server/demo/manifests.ts';
import { chartCases, goldenOutput, NAMESPACE, RELEASE, runHelm, valuesFile } from '../support/helm-chart.ts';
import { httpRequest } from '../support/http-request.ts';
import { freePort } from '../testbed/ports.ts';
import { launch, run } from '../testbed/process.ts';
import { onTerminal } from '../support/pseudo-terminal.ts';
import { until } from '../testbed/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { version } = packageJson;
const TARBALL = `eurek8s-${version}.tgz`;
const CHART = `eurek8s-chart-${version}.tgz`;
const SUMS = 'SHA256SUMS';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
}

interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses: readonly object[];
  }[];
}

describe('the package', { timeout: 900_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-package-'));
  const dist = join(dir, 'dist');
  const read = (name: string): string => readFileSync(join(dist, name), 'utf8');
  const installed = join(dir, 'installed');
  const program = join(installed, 'node_modules', '.bin', 'eurek8s');
  let printed = '';

  before(async () => {
    printed = await make();
    cpSync(join(ROOT, 'dist'), dist, { recursive: true });
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  test('has what its README leads to', () => {
    const inside = new Set(execFileSync('tar', ['tzf', join(dist, TARBALL)], { encoding: 'utf8' }).split('\n'));
    const links = readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g);
    for (const [, link = ''] of links) assert.ok(inside.has(`package/${link}`), link);
  });

  test('has an archive for each pattern that the README installs by', () => {
    const patterns = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/dist\/(eurek8s-\S*\.tgz)/g)];
    const archives = readdirSync(dist).filter((name) => [TARBALL, CHART].includes(name));
    const found = patterns.map(([, pattern = '']) => archives.filter((name) => matchesGlob(name, pattern)));
    assert.deepEqual(found, [[TARBALL], [CHART]]);
  });

  test('is made again with the same bytes', async () => {
    await make();
    assert.equal(readFileSync(join(ROOT, 'dist', SUMS), 'utf8'), read(SUMS));
  });

  test('prints what it made, with sizes, and its checksums hold', async () => {
    for (const file of [TARBALL, CHART, 'sbom.cdx.json', 'THIRD-PARTY-LICENCES.txt', SUMS])
      assert.match(printed, new RegExp(`dist/${file.replaceAll('.', '\\.')} +\\d+\\.\\d KiB\n`));
    const checked = await run('sha256sum', ['--strict', '-c', SUMS], { cwd: dist });
    assert.equal(checked.match(/: OK$/gm)?.length, 4, checked);
    const other = join(dir, 'changed');
    cpSync(dist, other, { recursive: true });
    writeFileSync(join(other, CHART), 'x', { flag: 'a' });
    await assert.rejects(run('sha256sum', ['-c', SUMS], { cwd: other }), /FAILED/);
  });

  test('lists each package of the bundle in the SBOM as the lock file has it, and in the licences, and no other', () => {
    // The source map is written by the bundler, the lists are made from another of its files.
    const { sources } = JSON.parse(read('eurek8s.cjs.map')) as { readonly sources: readonly string[] };
    const paths = new Set(sources.map(packageOf).filter((path) => path !== undefined));
    const { packages: lock } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
    const bundled = [...paths].map((path) => {
      const { version: locked, integrity = '' } = lock[path] ?? assert.fail(`${path} is not in the lock file`);
      return `${nameOf(path)} ${locked} ${integrity}`;
    });
    assert.ok(bundled.length > 50, `${bundled.length} packages`);

    const sbom = JSON.parse(read('sbom.cdx.json')) as Sbom;
    assert.match(sbom.specVersion, /^1\.[56]$/);
    assert.deepEqual([sbom.bomFormat, sbom.metadata.component.name], ['CycloneDX', 'eurek8s']);
    assert.equal(sbom.metadata.component.version, version);
    const components = sbom.components.map(({ name, version: built, hashes, licenses }) => {
      assert.equal(licenses.length, 1, name);
      const sha512 = hashes.find(({ alg }) => alg === 'SHA-512')?.content ?? '';
      return `${name} ${built} sha512-${Buffer.from(sha512, 'hex').toString('base64')}`;
    });
    assert.deepEqual(components.toSorted(), bundled.toSorted());

    const headings = [...read('THIRD-PARTY-LICENCES.txt').matchAll(/^-{80}\n(\S+ \S+) \([^)]+\)\n-{80}$/gm)];
    const withoutHash = bundled.map((each) => each.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(headings.map(([, heading = '']) => heading).toSorted(), withoutHash.toSorted());
  });

  test('is installed into an empty folder, offline, and brings no script and no dependency', async () => {
    mkdirSync(installed);
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(dist, TARBALL)], inEmptyHome());
    const modules = join(installed, 'node_modules');
    assert.deepEqual(readdirSync(modules).toSorted(), ['.bin', '.package-lock.json', 'eurek8s']);
    const manifest = readFileSync(join(modules, 'eurek8s', 'package.json'), 'utf8');
    assert.deepEqual(Object.keys(JSON.parse(manifest) as object), [
      'name',
      'version',
      'description',
      'license',
      'engines',
      'bin',
    ]);
    assert.match(await run('npx', ['--offline', 'eurek8s', '--help'], inEmptyHome()), /^ {2}serve /m);
    assert.equal(await run('npx', ['--offline', 'eurek8s', '--version'], inEmptyHome()), `${version}\n`);
  });

  test('serves manifests once it is installed, and shows them on a terminal', async (t) => {
    const manifests = join(dir, 'manifests');
    mkdirSync(manifests);
    writeManifest(manifests, 'carol', 8080);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const served = await launch({
      name: 'the installed eurek8s',
      command: program,
      args: [
        'serve',
        `--manifests={ name: local, directory: ${manifests} }`,
        '--listen.host=127.0.0.1',
        `--listen.port=${port}`,
      ],
      ...inEmptyHome(),
      logFile: join(dir, 'serve.log'),
      ready: async () => (await httpRequest(`${url}/readyz`)).status === 200,
    });
    t.after(() => served.kill());
    const apps = await run('curl', ['-fsS', '-H', 'Accept: application/json', `${url}/eureka/apps`]);
    assert.match(apps, /"hostName":"carol\.k8s\.example\.com"/);
    const terminal = onTerminal(t, ['top', '--server', url], { program: [program], environment: inEmptyHome().env });
    await terminal.shows(/CAROL +kubernetes-only +UP/);
    terminal.type('\r');
    await terminal.shows(/local\/demo\/carol/);
    terminal.type('q');
    assert.deepEqual(await terminal.ended, { code: 0, restored: true });
    await served.stop();
    assert.equal(await served.exited, 0);
  });

  test('starts the demo once it is installed', async () => {
    let seen = '';
    const demo = await launch({
      name: 'the installed demo',
      command: program,
      args: ['demo'],
      ...inEmptyHome(),
      logFile: join(dir, 'demo.log'),
      onLine: (line) => (seen += `${line}\n`),
    });
    const url = await until('it says where it is', async () => /(http:\/\/\S+) +Eurek8s/.exec(seen)?.[1]);
    const apps = await until('the callers’ registry', async () => {
      const { status, body } = await httpRequest(`${url}/eureka/apps`, { headers: { accept: 'application/json' } });
      return status === 200 && body.includes('CAROL') && body;
    });
    assert.match(apps, /"name":"BOB"/);
    await demo.stop();
    assert.equal(await demo.exited, 0);
  });

  test('has the chart: helm accepts the archive, and renders of it what it renders of its folder', async () => {
    const chart = join(dist, CHART);
    assert.match(await runHelm(['lint', '--strict', chart]), /0 chart\(s\) failed/);
    assert.match(await runHelm(['show', 'chart', chart]), new RegExp(`^version: ${version}$`, 'm'));
    // What the API server thinks of these objects is the business of helm.test.ts.
    for (const name of chartCases) {
      const words = ['template', RELEASE, chart, '--namespace', NAMESPACE, '--values', valuesFile(name)];
      assert.equal(await runHelm(words), goldenOutput(name), name);
    }
  });

  /** Nothing but the pinned Node, and npm with nothing of this machine's user. */
  function inEmptyHome(): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
    const home = join(dir, 'home');
    mkdirSync(home, { recursive: true });
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
    return { cwd: installed, env: { PATH: path, HOME: home, LANG: 'C.UTF-8', npm_config_update_notifier: 'false' } };
  }
});

async function make(): Promise<string> {
  return run(process.execPath, [join(ROOT, '.ci', 'package', 'main.ts')], { cwd: ROOT, answer: 'stdout' });
}

/** Where the package of a source file is: `node_modules/ajv/node_modules/fast-uri`; `undefined`: it is our own. */
function packageOf(source: string): string | undefined {
  return /(?<=^(?:\.\.\/)+)node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
