import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { httpRequest } from '../support/http-request.ts';
import { inheritedEnvironment } from '../testbed/environment.ts';
import { until } from '../testbed/until.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

interface Demo {
  /** Where it puts its directory. */
  readonly folder: string;
  readonly said: () => string;
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** `eurek8s demo` as a process of its own. */
function startDemo(t: TestContext, ...flags: readonly string[]): Demo {
  const folder = mkdtempSync(join(tmpdir(), 'eurek8s-'));
  const child = spawn(process.execPath, [MAIN, 'demo', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inheritedEnvironment(), TMPDIR: folder },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    await until(`the demo says ${String(pattern)}`, async () => pattern.test(output), { timeoutMs: 120_000 }).catch(
      (error: Error) => {
        throw new Error(`${error.message}; it said:\n${output}`);
      },
    );
    return pattern.exec(output) ?? assert.fail();
  };
  return { folder, said: () => output, says, kill: (signal) => void child.kill(signal), ended };
}

function manifestsOf({ folder }: Demo): string {
  return join(folder, readdirSync(folder)[0] ?? '', 'manifests');
}

test('two signals, one right after the other, leave no manifests behind', { timeout: 300_000 }, async (t) => {
  for (const pauseMs of [0, 1, 20]) {
    const demo = startDemo(t);
    await demo.says(/carol +1 × carol-pod/);
    demo.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    demo.kill('SIGTERM');
    assert.ok([0, 143].includes((await demo.ended) ?? -1));
    assert.deepEqual(readdirSync(demo.folder), []);
  }
});

test('a broken manifest is told once, and keeps what it said before', { timeout: 300_000 }, async (t) => {
  const demo = startDemo(t);
  await demo.says(/carol +1 × carol-pod/);
  const directory = manifestsOf(demo);
  appendFileSync(join(directory, 'carol.yaml'), '---\n{ a: b }: {{ .Values.host }}\n  - : [\n');
  await demo.says(/carol\.yaml is broken, and what it said before stays: \S/);
  // Some turns of the caller later.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.equal(demo.said().match(/is broken/g)?.length, 1);
  assert.doesNotMatch(demo.said(), /warning|nobody to call|status 404/i);
});

test('manifests written by hand are answered, by the Ingress that comes first', { timeout: 300_000 }, async (t) => {
  const demo = startDemo(t);
  await demo.says(/carol +1 × carol-pod/);
  const directory = manifestsOf(demo);
  const carol = readFileSync(join(directory, 'carol.yaml'), 'utf8');
  const rival = carol.replaceAll('carol', 'rita').replace('rita.k8s', 'carol.k8s');
  writeFileSync(join(directory, 'rita.yaml'), rival);
  writeFileSync(join(directory, 'bob.yaml'), carol.replaceAll('carol', 'bob'));
  await demo.says(/bob +1 × bob-1 \(EC2\), 1 × bob-2 \(EC2\), 1 × bob-pod \(Kubernetes\)/);
  assert.doesNotMatch(demo.said(), /rita-pod/);
});

test('a port in use is one clear line, and the exit code is 1', { timeout: 300_000 }, async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const address = other.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const demo = startDemo(t, '--port', String(port));
  assert.equal(await demo.ended, 1);
  assert.equal(
    demo.said(),
    `eurek8s: cannot listen on 127.0.0.1:${port} (--port): the port is in use by another process\n`,
  );
});

test(
  'its caller is known to the registry, and three Ingresses gone at once are held',
  { timeout: 300_000 },
  async (t) => {
    const demo = startDemo(t);
    await demo.says(/dave +1 × dave-pod/);
    const [, url = ''] = await demo.says(/(http:\/\/127\.0\.0\.1:\d+) +Eurek8s/);
    await httpRequest(`${url}/eureka/apps`, { headers: { 'user-agent': 'curl/8.5.0' } });
    const { body } = await httpRequest(`${url}/eurek8s/callers`, { headers: { accept: 'text/plain' } });
    assert.match(body, /SHOP.* eurek8s-demo-caller .* vip:/);
    // Where loopback has one address alone, whoever asks may be any of them.
    if (/SHOP +127\.0\.0\.9 /.test(body)) assert.match(body, /^- +127\.0\.0\.1 +curl/m);
    const manifests = manifestsOf(demo);
    for (const name of readdirSync(manifests)) renameSync(join(manifests, name), join(manifests, '..', 'aside', name));
    await until('the removal is held', async () =>
      /3 of 3/.test((await httpRequest(`${url}/eurek8s/holds`, { headers: { accept: 'text/plain' } })).body),
    );
    assert.doesNotMatch(demo.said(), /nobody to call|status 404/);
  },
);
