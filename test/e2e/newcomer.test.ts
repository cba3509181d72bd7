import assert from 'node:assert/strict';
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { httpRequest } from '../support/http-request.ts';
import { PATIENCE_MS, until } from '../testbed/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Milliseconds from a manifest's change on disk to the caller's changed answer: ours, and the caller's own refresh. */
const FOLLOWS_WITHIN = 1000 + 500;

describe('npm start in a fresh clone', { timeout: 300_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-newcomer-'));
  let demo: ChildProcess;
  let exited: Promise<number | NodeJS.Signals | null>;
  let output = '';
  let startedAt = 0;

  /** The part of the output since the last call that matched. */
  async function says(pattern: RegExp, timeoutMs = PATIENCE_MS): Promise<number> {
    await until(`the demo says ${String(pattern)}`, async () => pattern.test(output), { timeoutMs, everyMs: 10 }).catch(
      (error: Error) => {
        throw new Error(`${error.message}; it said:\n${output.slice(-3000)}`);
      },
    );
    output = '';
    return performance.now();
  }

  before(() => {
    // What a clone of this very tree would hold: the files git knows or would add.
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      copyFileSync(join(ROOT, file), join(dir, file));
    }
    // The system's node and npm, as a newcomer has them: not the pinned one that runs this test.
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE|^EUREK8S_/.test(name)));
    startedAt = performance.now();
    demo = spawn('npm', ['start'], {
      cwd: dir,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, PATH: path.join(delimiter) },
    });
    exited = new Promise((resolve) => demo.once('close', (code, signal) => resolve(code ?? signal)));
    for (const stream of [demo.stdout, demo.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  });

  after(async () => {
    if (demo.pid !== undefined && demo.exitCode === null && demo.signalCode === null)
      process.kill(-demo.pid, 'SIGKILL');
    await exited;
    rmSync(dir, { recursive: true, force: true });
  });

  let carol = '';
  let url = '';

  test('installs, and the caller is answered by bob, alice and carol within a minute', async (t) => {
    await until('the caller was answered', async () => /carol {2,}1 × carol-pod \(Kubernetes\)/.test(output), {
      timeoutMs: 120_000,
    }).catch(() => {
      throw new Error(`no answer from carol; the demo said:\n${output}`);
    });
    const seconds = (performance.now() - startedAt) / 1000;
    t.diagnostic(`from the command to the first answers: ${seconds.toFixed(1)} s, installation included`);
    assert.match(output, /bob {2,}1 × bob-1 \(EC2\), 1 × bob-2 \(EC2\)/);
    assert.match(output, /alice {2,}1 × alice-1 \(EC2\), 1 × alice-2 \(EC2\), 1 × alice-pod \(Kubernetes\)/);
    url = /(http:\/\/127\.0\.0\.1:\d+) +Eurek8s/.exec(output)?.[1] ?? '';
    carol = join(/(\S+) +the manifests/.exec(output)?.[1] ?? '', 'carol.yaml');
    assert.ok(seconds < 60, `${seconds} s`);
    output = '';
  });

  test('the curl commands it names answer', async () => {
    const curl = { 'user-agent': 'curl/8', accept: '*/*' };
    assert.match((await httpRequest(`${url}/`, { headers: curl })).body, /CAROL +0 +1 +1/);
    assert.match((await httpRequest(`${url}/eurek8s/explain/alice`, { headers: curl })).body, /demo\/demo\/alice/);
    assert.match((await httpRequest(`${url}/eurek8s/sources`, { headers: curl })).body, /manifests:demo +synced/);
  });

  test('editing a manifest changes the answers: no ready endpoint, another host, deleted, back again', async (t) => {
    const original = readFileSync(carol, 'utf8');
    const aside = `${carol}.aside`;
    const steps: readonly (readonly [string, () => void, RegExp])[] = [
      [
        'no ready endpoint',
        () => writeFileSync(carol, original.replace('ready: true', 'ready: false')),
        /carol +nobody to call: no entry is UP/,
      ],
      ['ready again', () => writeFileSync(carol, original), /carol +1 × carol-pod/],
      ['deleted', () => renameSync(carol, aside), /carol +nobody to call: no entry is UP/],
      ['back again', () => renameSync(aside, carol), /carol +1 × carol-pod/],
    ];
    const times: number[] = [];
    for (const [what, change, expected] of steps) {
      output = '';
      change();
      const changedAt = performance.now();
      const took = (await says(expected)) - changedAt;
      t.diagnostic(`${what}: ${took.toFixed(0)} ms to the changed answer`);
      times.push(took);
    }
    // A machine that does something else for a moment is no fault of ours.
    const soon = times.filter((ms) => ms <= FOLLOWS_WITHIN);
    assert.ok(soon.length >= times.length / 2, `${times.join(', ')} ms`);
    writeFileSync(carol, original.replace('carol.k8s', 'carol2.k8s'));
    await until('the other host is served', async () =>
      (await httpRequest(`${url}/eureka/apps/CAROL`)).body.includes('carol2.k8s.example.com'),
    );
  });

  test('ctrl-C ends every process with exit code 0', async () => {
    const group = demo.pid ?? 0;
    process.kill(-group, 'SIGINT');
    assert.equal(await exited, 0);
    assert.throws(() => process.kill(-group, 0), /ESRCH/, 'no process of the group is left');
    await assert.rejects(httpRequest(`${url}/healthz`));
    assert.equal(existsSync(carol), false, 'the manifests are removed');
  });
});
