import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { cached, inputKey } from './cache.ts';
import { nginxConfig, type Routes } from './nginx-config.ts';
import { freePort } from './ports.ts';
import { launch, run } from './process.ts';
import { until } from './until.ts';

export type { Routes };

export interface IngressProxyOptions {
  /** Configuration, logs and temporary files: nothing is written elsewhere. */
  readonly dir: string;
  /** On 127.0.0.1; a free one by default. */
  readonly port?: number;
  readonly routes: Routes;
}

/** Routes by Host header like an ingress controller's load balancer; 404 for any other host, 502 for a dead backend. */
export interface IngressProxy {
  readonly port: number;
  /** One line per request: host, status, backend, method and path. */
  readonly accessLog: string;
  /**
   * Resolves when every new connection is routed by the new table. Requests under way are finished by the old one.
   * One call at a time.
   */
  setRoutes(routes: Routes): Promise<void>;
  stop(): Promise<void>;
}

export async function startIngressProxy(options: IngressProxyOptions): Promise<IngressProxy> {
  const program = await findNginx();
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const configFile = join(dir, 'nginx.conf');
  let generation = 1;
  let retired = 0;
  const write = (routes: Routes): void => writeFileSync(configFile, nginxConfig({ dir, port, generation, routes }));

  write(options.routes);
  const nginx = await launch({
    name: 'nginx',
    command: program,
    args: ['-p', dir, '-c', configFile, '-e', 'stderr'],
    logFile: join(dir, 'nginx.log'),
    ready: async () => (await answeringGeneration(port)) === generation,
    onLine: (line) => {
      // The one worker of the previous generation logs this, then stops listening.
      if (line.includes('gracefully shutting down')) retired += 1;
    },
  });

  return {
    port,
    accessLog: join(dir, 'access.log'),
    setRoutes: async (routes) => {
      generation += 1;
      const before = retired;
      write(routes);
      process.kill(nginx.pid, 'SIGHUP');
      await until(`nginx takes the new routes (see ${nginx.logFile})`, async () => {
        return retired > before && (await answeringGeneration(port)) === generation;
      });
    },
    stop: () => nginx.stop(),
  };
}

/** The generation of the configuration that a new connection gets; undefined while nothing listens. */
function answeringGeneration(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { host: 'generation.invalid' };
    const call = request({ host: '127.0.0.1', port, agent: false, timeout: 2_000, headers }, (answer) => {
      answer.resume();
      const generation = answer.headers['x-generation'];
      answer.once('close', () => resolve(generation === undefined ? undefined : Number(generation)));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(undefined));
    call.end();
  });
}

/** The installed nginx, or Debian's package unpacked into the cache: it needs no installation to run. */
export async function findNginx(): Promise<string> {
  const installed = '/usr/sbin/nginx';
  if (existsSync(installed)) return installed;
  try {
    const key = inputKey(['/etc/os-release'], [process.arch]);
    const program = join(await cached('nginx', key, unpackDebianNginx), 'usr/sbin/nginx');
    await run(program, ['-v']); // a package of another release would miss its libraries
    return program;
  } catch (error) {
    const how = 'install nginx, or (on Debian) run `apt-get update` so that `apt-get download nginx` works';
    throw new Error(`the test bed needs nginx: ${how}`, { cause: error });
  }
}

async function unpackDebianNginx(dir: string): Promise<void> {
  await run('apt-get', ['download', 'nginx'], { cwd: dir, timeoutMs: 120_000 });
  const archive = readdirSync(dir).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get download left no package');
  await run('dpkg', ['-x', join(dir, archive), dir]);
}
