import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSIDE_SOCKET, type InsideReading } from '../../bench/servers/inside.ts';
import { inheritedEnvironment } from '../testbed/environment.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';
import { httpRequest } from './http-request.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const INSIDE = fileURLToPath(new URL('../../bench/servers/inside.ts', import.meta.url));
/** The tail of the log that is kept, in characters: floods make megabytes. */
const MAX_LOG = 64 * 1024;

/** A start takes half a second; a machine with much else to do needs a minute. */
const START = { timeoutMs: 180_000, everyMs: 20 };

/** `eurek8s serve` as a process of its own, whose event loop and memory are watched. */
export interface WatchedProcess {
  readonly url: string;
  readonly port: number;
  /** Whether it still runs. */
  readonly runs: () => boolean;
  /** Bytes of memory that it occupies. */
  readonly resident: () => number;
  /** Since the last reading. Calls must not overlap. */
  readonly read: () => Promise<InsideReading>;
  /** The end of its log. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export interface WatchedOptions {
  readonly config: object;
  /** Files beside the configuration, by name; the configuration may name them with `{directory}`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts one on every address, with as many file descriptors as the system grants, and waits until it listens. */
export async function startWatchedProcess({ config, files = {} }: WatchedOptions): Promise<WatchedProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-watched-'));
  const port = await freePort();
  const configFile = join(directory, 'eurek8s.yaml');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const text = JSON.stringify({ listen: { host: '0.0.0.0', port }, ...config });
  // JSON is YAML.
  writeFileSync(configFile, text.replaceAll('{directory}', directory));
  const socketPath = join(directory, 'inside.sock');
  const child = spawn(
    'sh',
    [
      '-c',
      'ulimit -n "$(ulimit -Hn)"; exec "$@"',
      'sh',
      process.execPath,
      '--import',
      INSIDE,
      MAIN,
      'serve',
      '--config',
      configFile,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...inheritedEnvironment(), [INSIDE_SOCKET]: socketPath } },
  );
  const ended = once(child, 'exit');
  let runs = true;
  void ended.then(() => (runs = false));
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (log = (log + part).slice(-MAX_LOG)));
  const url = `http://127.0.0.1:${port}`;
  await until('it listens', async () => (await httpRequest(`${url}/healthz`)).status === 200, START);
  const inside = connect(socketPath).setEncoding('utf8');
  const readings = inside[Symbol.asyncIterator]();
  return {
    url,
    port,
    runs: () => runs,
    resident: () => kibOf(child.pid, 'VmRSS') * 1024,
    read: async () => {
      inside.write('read\n');
      const part = await readings.next();
      if (part.done === true) throw new Error(`the server has ended: ${log}`);
      return JSON.parse(String(part.value)) as InsideReading;
    },
    log: () => log,
    stop: async () => {
      inside.destroy();
      if (runs) child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** One number of the kernel's about a process; 0 on systems without `/proc`, or for one that has ended. */
export function kibOf(pid: number | undefined, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
