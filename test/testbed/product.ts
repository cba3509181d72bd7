import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpRequest } from '../support/http-request.ts';
import { inheritedEnvironment } from './environment.ts';
import { freePort } from './ports.ts';
import { launch, type Launched } from './process.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'server', 'main.ts');

export interface ProductOptions {
  /** Configuration file and log. */
  readonly dir: string;
  /** The configuration without `listen`, as it would be written in the file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly port?: number;
}

/** Eurek8s as a process of its own, started as users start it: `eurek8s serve --config FILE`. */
export interface Product extends Launched {
  readonly url: string;
  /** `http://127.0.0.1:PORT/eureka` */
  readonly eureka: string;
  readonly port: number;
  readonly configFile: string;
  /** Whether reads are answered. */
  ready(): Promise<boolean>;
}

/** Resolves when the process listens; reads may still be waiting for their sources. */
export async function startProduct({ dir, config, port }: ProductOptions): Promise<Product> {
  mkdirSync(dir, { recursive: true });
  const bound = port ?? (await freePort());
  const url = `http://127.0.0.1:${bound}`;
  const configFile = join(dir, 'eurek8s.yaml');
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ listen: { host: '127.0.0.1', port: bound }, ...config }, undefined, 2));
  const launched = await launch({
    name: 'Eurek8s',
    command: process.execPath,
    args: [MAIN, 'serve', '--config', configFile],
    // Only the file configures it, not variables that are meant for the tests.
    env: inheritedEnvironment(),
    logFile: join(dir, 'eurek8s.log'),
    ready: async () => (await httpRequest(`${url}/healthz`)).status === 200,
    readyTimeoutMs: 120_000,
  });
  return {
    ...launched,
    url,
    eureka: `${url}/eureka`,
    port: bound,
    configFile,
    ready: async () => (await httpRequest(`${url}/readyz`)).status === 200,
  };
}
