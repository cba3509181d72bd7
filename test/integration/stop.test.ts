import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess, type StdioPipe } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
/** Milliseconds, generous: stopping takes milliseconds, and a grace period is 30 s. */
const STOP_MS = 20_000;

interface Served {
  readonly child: ChildProcess;
  readonly get: (path: string) => Promise<string>;
  /** Sends SIGTERM; resolves with the exit code, or the signal that had to end the process. */
  readonly stopped: () => Promise<number | string>;
}

/** Starts a server whose standard output leads to `out`. Resolves when it answers. */
async function served(t: TestContext, out: StdioPipe | number, words: readonly string[] = []): Promise<Served> {
  const port = await freePort();
  const given = ['--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', String(port), ...words];
  const child = spawn(process.execPath, [MAIN, 'serve', ...given], { stdio: ['ignore', out, 'inherit'] });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  t.after(() => child.kill('SIGKILL'));
  // The reader is gone before the server has written anything.
  if (out === 'pipe') child.stdout?.destroy();
  const get = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) })).text();
  await until('the server answers', () => get('/healthz'));
  const stopped = async (): Promise<number | string> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const code = await ended;
    clearTimeout(timer);
    return code;
  };
  return { child, get, stopped };
}

async function eventuallyDropped(server: Served): Promise<void> {
  await until('log lines are counted as dropped', async () => {
    const [, count] = /^eurek8s_log_lines_dropped_total (\d+)$/m.exec(await server.get('/metrics')) ?? [];

    assert.notEqual(count, undefined, 'the metric is there');
    // Makes the server log another line.
    server.child.kill('SIGHUP');
    return Number(count) > 0;
  });
}

/** A pipe that is full from the start and that nobody reads. */
function fullPipe(t: TestContext): number {
  const pipe = openSync(fifo(t), constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(pipe));
  const page = Buffer.alloc(4096, '.');
  assert.throws(() => {
    for (;;) writeSync(pipe, page);
  }, /EAGAIN/);
  return pipe;
}

function fifo(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'pipe');
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  return path;
}

test('a reader of the log that is gone from the start keeps neither the server from serving nor from ending', async (t) => {
  const server = await served(t, 'pipe');
  await eventuallyDropped(server);
  assert.equal(await server.get('/healthz'), 'ok\n');
  assert.equal(await server.stopped(), 0);
});

test('a reader of the log that goes away later likewise', async (t) => {
  const path = fifo(t);
  const reader = spawn('cat', [path], { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(reader, 'exit');
  // Opening waits for the reader, as in a shell with `serve > fifo`.
  const writer = await open(path, 'w');
  const server = await served(t, writer.fd);
  await writer.close();
  reader.kill();
  await exited;
  await eventuallyDropped(server);
  assert.equal(await server.stopped(), 0);
});

test('a full disk costs log lines and nothing else', async (t) => {
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  const server = await served(t, full);
  await eventuallyDropped(server);
  assert.equal(await server.stopped(), 0);
});

test('a reader of the log that does not read does not keep the server from serving nor from ending', async (t) => {
  const server = await served(t, fullPipe(t));
  assert.equal(await server.get('/healthz'), 'ok\n');
  server.child.kill('SIGHUP');
  assert.equal(await server.get('/healthz'), 'ok\n');
  assert.equal(await server.stopped(), 0);
});

test('the process ends at once, with its code, while one of its threads waits for what never comes', async (t) => {
  const endProcess = JSON.stringify(new URL('../../server/system/end-process.ts', import.meta.url).href);
  const script = `
    import { open } from 'node:fs';
    import { endProcess } from ${endProcess};
    open(${JSON.stringify(fifo(t))}, 'r', () => undefined);
    setTimeout(() => endProcess(process, Number(process.argv[1])), 200);`;
  for (const code of [0, 143]) {
    const words = ['--input-type=module', '--eval', script, String(code)];
    const child = spawn(process.execPath, words, { stdio: 'inherit', timeout: STOP_MS, killSignal: 'SIGKILL' });
    assert.deepEqual(await once(child, 'exit'), [code, null]);
  }
});

test('a signal to the whole group of processes, which comes twice, stops the server in good order', async (t) => {
  const registry = join(mkdtempSync(join(tmpdir(), 'eurek8s-')), 'registry');
  const port = await freePort();
  const bootstrap = fileURLToPath(new URL('../../server/bootstrap.mjs', import.meta.url));
  const given = ['--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', String(port)];
  const words = [bootstrap, 'server/main.ts', 'serve', ...given, '--snapshot.file', registry];
  const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(dirname(registry), { recursive: true });
  });
  let log = '';
  child.stdout.on('data', (part: Buffer) => (log += part.toString()));
  await until('the server answers', () => fetch(`http://127.0.0.1:${port}/healthz`).then(() => true));
  process.kill(-(child.pid ?? NaN), 'SIGTERM');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.match(log, /"msg":"stopped"/);
});
