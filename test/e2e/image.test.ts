import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { httpRequest, type HttpAnswer } from '../support/http-request.ts';
import { buildImage, type BuiltImage } from '../support/image-build.ts';
import { freePort } from '../testbed/ports.ts';
import { run } from '../testbed/process.ts';
import { until } from '../testbed/until.ts';

interface Ended {
  readonly code: number | NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

// Without a container engine: the Dockerfile's own lines, run one by one in a folder that stands for the image.
describe('the image', { timeout: 900_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-image-'));
  let image: BuiltImage;

  before(async () => {
    chmodSync(dir, 0o755);
    image = await buildImage({
      context: resolve(import.meta.dirname, '..', '..'),
      dir,
      node: process.execPath,
      progress: (line) => console.error(line.slice(0, 110)),
    });
    // The chart runs it on a read-only root file system.
    chmodAll(image.root, (mode) => mode & 0o555);
  });

  after(() => {
    if (image !== undefined) chmodAll(image.root, (mode) => mode | 0o200);
    rmSync(dir, { recursive: true, force: true });
  });

  test('holds the program, its source map, its compiled code, licences and SBOM, and nothing else', (t) => {
    const app = join(image.root, 'app');
    const all = readdirSync(app, { recursive: true, encoding: 'utf8' }).toSorted();
    const files = all.filter((path) => statSync(join(app, path)).isFile());
    const program = ['launch.cjs', 'eurek8s.compiled', 'eurek8s.cjs', 'eurek8s.cjs.LEGAL.txt', 'eurek8s.cjs.map'];
    const notices = ['THIRD-PARTY-LICENCES.txt', 'sbom.cdx.json'];
    assert.deepEqual(files, ['LICENSE', ...[...program, ...notices].map((file) => `dist/${file}`)].toSorted());
    for (const path of files) t.diagnostic(`${path}: ${Math.round(statSync(join(app, path)).size / 1024)} KiB`);
  });

  test('has the bundle that npm run package ships, byte for byte', async () => {
    const context = resolve(import.meta.dirname, '..', '..');
    await run('npm', ['run', '--silent', 'build', '--', '--log-level=warning'], { cwd: context });
    for (const file of ['eurek8s.cjs', 'eurek8s.cjs.map', 'eurek8s.cjs.LEGAL.txt'])
      assert.ok(
        readFileSync(join(image.root, 'app', 'dist', file)).equals(readFileSync(join(context, 'dist', file))),
        file,
      );
  });

  test('is pure ASCII: one other character and Node keeps the source in two bytes each', () => {
    const source = readFileSync(join(image.root, 'app', 'dist', 'eurek8s.cjs'));
    assert.equal(
      source.findIndex((byte) => byte > 0x7f),
      -1,
    );
  });

  test('runs as a user of its own', () => {
    assert.deepEqual(image.user, { uid: 10_001, gid: 10_001 });
  });

  test('runs as any other user, as a platform that assigns them wants it', async () => {
    const user = { uid: 1_000_650_000, gid: 0 };
    assert.deepEqual(await startAs(user, {}, '--version').ended, { code: 0, out: `${packageJson.version}\n`, err: '' });
  });

  test('knows its version and its commands', async () => {
    assert.deepEqual(await ended('--version'), { code: 0, out: `${packageJson.version}\n`, err: '' });
    const help = await ended('--help');
    assert.equal(help.code, 0, help.err);
    for (const command of ['serve', 'check', 'demo', 'explain'])
      assert.match(help.out, new RegExp(`^  ${command} `, 'm'));
  });

  test('finds the compiled code that was made when it was built, whoever runs it', async () => {
    for (const user of [image.user, { uid: 1_000_650_000, gid: 0 }]) {
      const { err } = await startAs(user, { NODE_DEBUG: 'eurek8s' }, '--version').ended;
      assert.match(err, /the compiled code was accepted/);
    }
  });

  test('runs without compiled code, and with code that other arguments of V8 made useless', async () => {
    const { code, out, err } = await endedWith(
      { NODE_DEBUG: 'eurek8s', NODE_OPTIONS: '--interpreted-frames-native-stack' },
      '--version',
    );
    assert.match(err, /the compiled code was refused/);
    assert.deepEqual({ code, out }, { code: 0, out: `${packageJson.version}\n` });
    const bare = mkdtempSync(join(dir, 'bare-'));
    for (const file of ['launch.cjs', 'eurek8s.cjs'])
      copyFileSync(join(image.root, 'app', 'dist', file), join(bare, file));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(bare, 'launch.cjs'), '--version'], {
      env: { ...process.env, NODE_DEBUG: 'eurek8s' },
    });
    assert.match(stderr, /the compiled code is not there/);
    assert.equal(stdout, `${packageJson.version}\n`);
  });

  test('shows lines of the sources in stack traces where source maps are on', async () => {
    const fault = 'process.stdout.write=()=>{throw new Error("planted")}';
    const NODE_OPTIONS = `--enable-source-maps --import=data:text/javascript,${encodeURIComponent(fault)}`;
    const { code, err } = await endedWith({ NODE_OPTIONS }, 'completion', 'bash');
    assert.equal(code, 1);
    assert.match(err, /planted[^]*server\/cli\/program\.ts:\d+/);
  });

  test('without a configuration it says how to give one, and ends with 2', async () => {
    const { code, err } = await ended(...image.command);
    assert.equal(code, 2);
    assert.match(err, /\/etc\/eurek8s\/eurek8s\.yaml/);
  });

  test('serves, takes a registration and shows it, and ends with 0 on SIGTERM', async (t) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const startedAt = performance.now();
    const server = start({}, 'serve', '--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', String(port));
    try {
      const seen = async (path: string): Promise<HttpAnswer> => httpRequest(`${url}${path}`);
      await until('it is ready', async () => (await seen('/readyz')).status === 200, { everyMs: 5 });
      t.diagnostic(`start to ready: ${Math.round(performance.now() - startedAt)} ms`);
      assert.equal((await seen('/healthz')).status, 200);
      assert.match((await seen('/metrics')).body, /eurek8s_ready 1/);

      const registered = await httpRequest(`${url}/eureka/apps/BOB`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(registration),
      });
      assert.equal(registered.status, 204, registered.body);
      const read = await httpRequest(`${url}/eureka/apps`, { headers: { accept: 'application/json' } });
      assert.match(read.body, /"instanceId":"bob-1"/);

      // The parts that are loaded only when they are needed: the clients of a legacy registry and of a cluster. The
      // server plays both, though it is no cluster.
      const kubeconfig = join(dir, 'kubeconfig.json');
      writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(url)));
      const checked = await ended(
        'check',
        `--legacy.urls=${url}/eureka`,
        `--clusters={ name: main, kubeconfig: ${kubeconfig} }`,
        `--manifests={ name: local, directory: ${tmpdir()} }`,
      );
      assert.equal(checked.code, 1);
      assert.match(checked.out, /^✓ legacy .*: 1 instance of 1 application/m);
      assert.match(checked.out, /^✗ cluster main: this server has no API of Kubernetes/m);
      const explained = await ended('explain', 'BOB', '--server', url);
      assert.equal(explained.code, 0, explained.err);
    } finally {
      server.stop();
    }
    const { code, out, err } = await server.ended;
    assert.equal(code, 0, err);
    assert.match(out, /"msg":"stopped"/);
  });

  interface Started {
    readonly ended: Promise<Ended>;
    readonly stop: () => void;
  }

  function start(environment: Readonly<Record<string, string>>, ...words: readonly string[]): Started {
    return startAs(image.user, environment, ...words);
  }

  /** Only root can be anybody else. */
  function startAs(
    user: BuiltImage['user'],
    environment: Readonly<Record<string, string>>,
    ...words: readonly string[]
  ): Started {
    const bin = join(image.root, 'usr/local/bin');
    const [program = '', ...first] = image.entrypoint;
    const child = spawn(join(bin, program), [...first, ...words], {
      cwd: image.workdir,
      env: { ...image.env, ...environment, PATH: `${bin}:/usr/bin:/bin` },
      ...(process.getuid?.() === 0 && user),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    return {
      stop: () => void child.kill('SIGTERM'),
      ended: new Promise((done, failed) => {
        child.once('error', failed);
        child.once('close', (code, signal) => done({ code: code ?? signal, out, err }));
      }),
    };
  }

  const endedWith = async (environment: Readonly<Record<string, string>>, ...words: string[]): Promise<Ended> =>
    start(environment, ...words).ended;
  const ended = async (...words: string[]): Promise<Ended> => endedWith({}, ...words);
});

function chmodAll(root: string, change: (mode: number) => number): void {
  for (const path of ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
    const full = join(root, path);
    if (!lstatSync(full).isSymbolicLink()) chmodSync(full, change(statSync(full).mode));
  }
}

const kubeconfigOf = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'main',
  contexts: [{ name: 'main', context: { cluster: 'main', user: 'main' } }],
  clusters: [{ name: 'main', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'main', user: {} }],
});

const registration = {
  instance: {
    instanceId: 'bob-1',
    hostName: 'bob-1.example.test',
    app: 'BOB',
    ipAddr: '10.0.0.1',
    status: 'UP',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    vipAddress: 'bob',
  },
};
