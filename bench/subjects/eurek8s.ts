import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpRequest } from '../../test/support/http-request.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { launch } from '../../test/testbed/process.ts';
import { CORES, pinned } from '../pin.ts';
import { asShipped } from './program.ts';
import type { Subject } from './subject.ts';

export interface Eurek8sOptions {
  /** The bundle: `bench.program`. */
  readonly program: string;
  /** Configuration file and log; made when it is not there. */
  readonly dir: string;
  /** The configuration but `listen`; by default a registry of its own, nothing else. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly port?: number;
  /** The server's by default. */
  readonly core?: number;
  /** Arguments of Node itself, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What to wait for: that it listens, that reads are answered, or (`start`) nothing. Listens by default. */
  readonly until?: 'start' | 'listens' | 'ready';
}

export interface Eurek8s extends Subject {
  readonly port: number;
  readonly configFile: string;
  readonly logFile: string;
  readonly exited: Promise<number | NodeJS.Signals | null>;
}

/** Nothing but what is registered at it: the same registrations make the same registry as in a stock server. */
export const STANDALONE = { leases: { enabled: true } } as const;

/** For the report. */
export const eurek8sFacts =
  `the bundle as shipped on Node ${process.versions.node} with the settings of its first line and a compile cache as the image has it; ` +
  `configuration \`${JSON.stringify(STANDALONE)}\` unless a section says otherwise`;

/** Eurek8s as it is shipped: the bundle, with the image's environment. */
export async function startEurek8s(options: Eurek8sOptions): Promise<Eurek8s> {
  const { program, dir, config = STANDALONE, core = CORES.server, nodeArgs = [], until = 'listens' } = options;
  mkdirSync(dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(dir, 'eurek8s.yaml');
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ listen: { host: '127.0.0.1', port }, ...config }, undefined, 2));
  const probe = until === 'ready' ? '/readyz' : '/healthz';
  const { args, env } = asShipped(program);
  const launched = await launch({
    name: 'Eurek8s',
    ...pinned(core, process.execPath, [...args, ...nodeArgs, program, 'serve', '--config', configFile]),
    env: { ...env, ...options.env },
    logFile: join(dir, 'eurek8s.log'),
    ...(until !== 'start' && { ready: async () => (await httpRequest(url + probe)).status === 200 }),
    readyTimeoutMs: 120_000,
  });
  return {
    name: 'Eurek8s',
    url,
    pid: launched.pid,
    runtime: 'node',
    stop: () => launched.stop(),
    port,
    configFile,
    logFile: launched.logFile,
    exited: launched.exited,
  };
}
