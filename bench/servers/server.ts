import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { httpRequest } from '../../test/support/http-request.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { launch } from '../../test/testbed/process.ts';
import { CORES, pinned, type Command } from '../machine.ts';

/** A server as a process of its own, bound to one core. */
export interface Server {
  /** The name in the tables. */
  readonly name: string;
  readonly port: number;
  /** `http://127.0.0.1:PORT`; Eureka's API is below `/eureka`. */
  readonly url: string;
  readonly pid: number;
  /** What every request to it needs. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Java compiles while it runs, so it takes longer to reach its usual speed. */
  readonly runtime: 'java' | 'node';
  readonly stop: () => Promise<void>;
}

export interface ServerOptions extends Pick<Server, 'name' | 'runtime'> {
  /** The directory of the process; it is made when it is not there. */
  readonly dir: string;
  /** The command that starts it, so that it listens on the port. */
  readonly command: (port: number) => Command & { readonly env?: NodeJS.ProcessEnv };
  /** By default a free one. */
  readonly port?: number;
  /** By default that of the servers. */
  readonly core?: number;
  /** A path, and the status of its answer when the server is ready; without it the start is not awaited. */
  readonly ready?: { readonly path: string; readonly status: number };
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const { name, runtime, dir, core = CORES.server, ready } = options;
  mkdirSync(dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const { command, args, env = process.env } = options.command(port);
  const launched = await launch({
    name,
    ...pinned(core, command, args),
    env,
    logFile: join(dir, 'server.log'),
    ...(ready !== undefined && { ready: async () => (await httpRequest(url + ready.path)).status === ready.status }),
    readyTimeoutMs: 300_000,
  });
  return { name, runtime, port, url, pid: launched.pid, stop: () => launched.stop() };
}

interface Stoppable {
  stop(): Promise<void>;
}

/** Registers what is being started, to be stopped at the end. */
export type Keep = <T extends Stoppable>(starting: Promise<T> | T) => Promise<T>;

/** Runs `work` and stops what it kept, the last first, however it ends: no process outlives its section. */
export async function stage<T>(work: (keep: Keep) => Promise<T>): Promise<T> {
  const kept: Stoppable[] = [];
  try {
    return await work(async (starting) => {
      const started = await starting;
      kept.push(started);
      return started;
    });
  } finally {
    for (const started of kept.toReversed()) await started.stop();
  }
}
