import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asShipped } from './build.ts';
import { startServer, type Server } from './server.ts';

export const PRODUCT = 'Eurek8s';

export interface Eurek8sOptions {
  /** The bundle. */
  readonly program: string;
  /** Configuration file and log; made when it is not there. */
  readonly dir: string;
  /** The configuration without `listen`; by default `STANDALONE`. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly port?: number;
  /** Of the section `listen`, beside host and port. */
  readonly listen?: Readonly<Record<string, unknown>>;
  /** A file that the process loads before the bundle, and its environment variables. */
  readonly inside?: { readonly preload: string; readonly env: NodeJS.ProcessEnv };
  /** What to wait for: nothing, that it listens (by default), or that reads are answered. */
  readonly until?: 'started' | 'listening' | 'ready';
}

/** Only a registry of its own: the same registrations make the same registry as in a stock server. */
export const STANDALONE = { leases: { enabled: true } } as const;

/** For the report. */
export const eurek8sFacts = {
  name: PRODUCT,
  value:
    `the bundle as shipped on Node ${process.versions.node} with the settings of its first line and compiled code as the ` +
    `image has it; configuration \`${JSON.stringify(STANDALONE)}\` unless a section says otherwise`,
} as const;

/** Eurek8s as it is shipped: the bundle, with the image's environment. */
export async function startEurek8s(options: Eurek8sOptions): Promise<Server> {
  const { program, dir, config = STANDALONE, inside, until = 'listening' } = options;
  mkdirSync(dir, { recursive: true });
  const configFile = join(dir, 'eurek8s.yaml');
  const shipped = asShipped(program);
  const preload = inside === undefined ? [] : ['--import', inside.preload];
  return startServer({
    name: PRODUCT,
    runtime: 'node',
    dir,
    command: (port) => {
      const listen = { host: '127.0.0.1', port, ...options.listen };
      // JSON is YAML.
      writeFileSync(configFile, JSON.stringify({ listen, ...config }, undefined, 2));
      return {
        command: process.execPath,
        args: [...shipped.args, ...preload, program, 'serve', '--config', configFile],
        env: { ...shipped.env, ...inside?.env },
      };
    },
    ...(options.port !== undefined && { port: options.port }),
    ...(until !== 'started' && { ready: { path: until === 'ready' ? '/readyz' : '/healthz', status: 200 } }),
  });
}
