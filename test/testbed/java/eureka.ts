import { resolve } from 'node:path';
import { httpRequest } from '../../support/http-request.ts';
import { cancelInstance, heartbeatInstance, registerInstance, type Registration } from '../../support/eureka-rest.ts';
import { freePort } from '../ports.ts';
import { launch, type Launched } from '../process.ts';
import { buildJava } from './build.ts';
import { jvmFlags, springArguments } from './jvm.ts';

export interface EurekaOptions {
  /** Spring Cloud Hoxton (eureka-core 1.10, Jersey 1), or Spring Cloud 2025.1 (eureka-core 2.0, Jersey 3). */
  readonly generation: 'hoxton' | 'current';
  /** Log and temporary files. */
  readonly dir: string;
  /** A free one by default. */
  readonly port?: number;
  /** Further Spring properties, such as `eureka.server.use-read-only-response-cache`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Whether it answers; asked by plain HTTP by default. */
  readonly ready?: (port: number) => Promise<boolean>;
  readonly progress?: (line: string) => void;
}

/** A stock Eureka server on 127.0.0.1. */
export interface Eureka {
  /** `http://127.0.0.1:PORT/eureka` */
  readonly url: string;
  readonly port: number;
  readonly logFile: string;
  register(registration: Registration): Promise<void>;
  cancel(app: string, id: string): Promise<void>;
  /** The status of the answer: 200, or 404 for an unknown lease. */
  heartbeat(app: string, id: string): Promise<number>;
  /** As a crash does it. */
  kill(): Promise<void>;
  /** Stops it in the middle of what it does, and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
  /** Starts it on the same port, stopping it first if it runs; its registry is empty then, as always. */
  restart(): Promise<void>;
}

export async function startEureka(options: EurekaOptions): Promise<Eureka> {
  const program = options.generation === 'hoxton' ? 'server-legacy' : 'server-current';
  const jar = (await buildJava([program], options.progress ?? (() => undefined)))[program];
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}/eureka`;
  const dir = resolve(options.dir);
  const start = async (): Promise<Launched> =>
    launch({
      name: `Eureka (${options.generation})`,
      command: 'java',
      args: [
        ...jvmFlags({ maxHeapMb: 256, dir }),
        '-jar',
        jar,
        ...springArguments({ 'server.port': `${port}`, ...options.properties }),
      ],
      logFile: resolve(dir, 'eureka.log'),
      ready: async () => options.ready?.(port) ?? (await httpRequest(`${url}/apps`)).status === 200,
      readyTimeoutMs: 300_000,
    });
  let server = await start();

  return {
    url,
    port,
    logFile: server.logFile,
    register: (registration) => registerInstance(url, registration),
    cancel: (app, id) => cancelInstance(url, app, id),
    heartbeat: (app, id) => heartbeatInstance(url, app, id),
    kill: () => server.kill(),
    signal: (signal) => void process.kill(server.pid, signal),
    stop: () => server.stop(),
    restart: async () => {
      await server.stop();
      server = await start();
    },
  };
}
