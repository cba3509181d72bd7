import { resolve } from 'node:path';
import { httpRequest, type HttpAnswer } from '../../support/http-request.ts';
import { freePort } from '../ports.ts';
import { launch } from '../process.ts';
import { buildJava } from './build.ts';
import { jvmFlags, springArguments } from './jvm.ts';

export interface ZuulOptions {
  readonly eurekaUrl: string;
  /** Log, hosts file and temporary files. */
  readonly dir: string;
  /** A free one by default. */
  readonly port?: number;
  /** Names that the gateway can resolve, besides localhost. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly progress?: (line: string) => void;
}

/** A stock Zuul 1 gateway on 127.0.0.1. */
export interface Zuul {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly logFile: string;
  /** Path pattern → service, for example `/alice/**` → `alice`. */
  routes(): Promise<Readonly<Record<string, string>>>;
  /** `/alice/whoami` calls `/whoami` of the service alice. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

export async function startZuul(options: ZuulOptions): Promise<Zuul> {
  const jars = await buildJava(['zuul1-gateway'], options.progress ?? (() => undefined));
  const dir = resolve(options.dir);
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const process = await launch({
    name: 'Zuul',
    command: 'java',
    args: [
      ...jvmFlags({ maxHeapMb: 256, dir, hosts: options.hosts ?? {} }),
      '-jar',
      jars['zuul1-gateway'],
      ...springArguments({
        'server.port': `${port}`,
        'eureka.client.service-url.defaultZone': options.eurekaUrl,
        ...options.properties,
      }),
    ],
    logFile: resolve(dir, 'zuul.log'),
    // Not /health, which reports an error while Eureka is away, although Zuul serves.
    ready: async () => (await httpRequest(`${url}/actuator/info`)).status === 200,
    readyTimeoutMs: 120_000,
  });
  return {
    url,
    logFile: process.logFile,
    routes: async () => {
      const answer = await httpRequest(`${url}/actuator/routes`);
      return JSON.parse(answer.body) as Readonly<Record<string, string>>;
    },
    get: (path, headers = {}) => httpRequest(`${url}${path}`, { headers }),
    stop: () => process.stop(),
  };
}
