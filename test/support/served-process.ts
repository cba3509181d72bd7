import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SourcesReport } from '../../shared/api/sources.ts';
import { inheritedEnvironment } from '../testbed/environment.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';
import { httpRequest, type HttpAnswer } from './http-request.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
/** Generous: stopping takes milliseconds, and 17 s where everything hangs. */
const STOP_MS = 60_000;
/** Milliseconds until it listens, and until reads are answered. A process may start beside many others. */
const STARTING = { everyMs: 10, timeoutMs: 120_000 };

/** How the process is started, where it matters. */
export interface ServedProcessOptions {
  /** A free one by default. */
  readonly port?: number;
  /** Flags of Node, such as `--max-old-space-size=40`. */
  readonly node?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Limits of the shell's `ulimit`, such as `-n 40`. */
  readonly limits?: readonly string[];
  /** Whether somebody reads its log; `false`: it is written into a pipe that fills up. */
  readonly readsLog?: boolean;
}

/** `eurek8s serve` as a process of its own. */
export interface ServedProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<HttpAnswer>;
  readonly sources: () => Promise<SourcesReport>;
  /** Once reads are answered. */
  readonly ready: () => Promise<void>;
  /** Resolves with the exit code or the signal. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | string>;
  /** The exit code or the signal, once it has ended for any reason. */
  readonly ended: Promise<number | string>;
  /** The log so far. */
  readonly log: () => string;
}

/** Starts one with this configuration but `listen`, and waits until it listens. It is killed with the test. */
export async function serveProcess(
  t: Pick<TestContext, 'after'>,
  directory: string,
  config: object,
  options: ServedProcessOptions = {},
): Promise<ServedProcess> {
  const { node = [], environment = {}, limits = [] } = options;
  const port = options.port ?? (await freePort());
  const file = join(directory, `eurek8s-${port}.yaml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ listen: { host: '127.0.0.1', port }, ...config }));
  const words = [process.execPath, ...node, MAIN, 'serve', '--config', file];
  // `exec`: the process is the server, not a shell around it.
  const script = [...limits.map((limit) => `ulimit ${limit}`), 'exec "$@"'].join(' && ');
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...inheritedEnvironment(), ...environment },
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  t.after(() => child.kill('SIGKILL'));
  let log = '';
  if (options.readsLog !== false) child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  const url = `http://127.0.0.1:${port}`;
  const get: ServedProcess['get'] = (path, headers = {}) => httpRequest(url + path, { headers });
  const served: ServedProcess = {
    url,
    port,
    pid: child.pid ?? 0,
    ended,
    get,
    sources: async () => JSON.parse((await get('/eurek8s/sources')).body) as SourcesReport,
    ready: async () => {
      await until('reads are answered', async () => (await get('/readyz')).status === 200, STARTING);
    },
    end: async (signal) => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
    log: () => log,
  };
  await until('it listens', async () => (await get('/healthz')).status === 200, STARTING);
  return served;
}
