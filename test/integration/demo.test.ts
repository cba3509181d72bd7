import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
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
  const directory = join(demo.folder, readdirSync(demo.folder)[0] ?? '');
  appendFileSync(join(directory, 'carol.yaml'), '---\n{ a: b }: {{ .Values.host }}\n  - : [\n');
  await demo.says(/carol\.yaml is broken, and what it said before stays: \S/);
  // Some turns of the caller later.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.equal(demo.said().match(/is broken/g)?.length, 1);
  assert.doesNotMatch(demo.said(), /warning|no UP instance|status 404/i);
});

test('a manifest written by hand is answered', { timeout: 300_000 }, async (t) => {
  const demo = startDemo(t);
  await demo.says(/carol +1 × carol-pod/);
  const directory = join(demo.folder, readdirSync(demo.folder)[0] ?? '');
  const carol = readFileSync(join(directory, 'carol.yaml'), 'utf8');
  writeFileSync(join(directory, 'bob.yaml'), carol.replaceAll('carol', 'bob'));
  await demo.says(/bob +1 × bob-1 \(EC2\), 1 × bob-2 \(EC2\), 1 × bob-pod \(Kubernetes\)/);
});
