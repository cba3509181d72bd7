import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { httpRequest } from '../../test/support/http-request.ts';
import { buildJava } from '../../test/testbed/java/build.ts';
import { springArguments } from '../../test/testbed/java/jvm.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { launch } from '../../test/testbed/process.ts';
import { CORES, pinned } from '../pin.ts';
import type { Subject } from './subject.ts';

export type Generation = 'hoxton' | 'current';

/** `production`: answers are up to 30 s old, the default; `fresh`: without the read-only cache in front. */
export type Freshness = 'production' | 'fresh';

export interface StockOptions {
  readonly generation: Generation;
  readonly freshness: Freshness;
  /** Log and temporary files. */
  readonly dir: string;
  /** The server's by default. */
  readonly core?: number;
  /** Spring properties on top of those of production. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly progress: (line: string) => void;
}

/** The defaults of a stock server, given back to the test bed's jars, which are set up for impatient tests. */
const PRODUCTION = {
  'server.tomcat.threads.max': '200',
  'server.tomcat.threads.min-spare': '10',
  'eureka.server.use-read-only-response-cache': 'true',
  'eureka.server.response-cache-update-interval-ms': '30000',
  'eureka.server.response-cache-auto-expiration-in-seconds': '180',
  'eureka.server.enable-self-preservation': 'true',
  'eureka.server.eviction-interval-timer-in-ms': '60000',
} as const;

const VERSIONS: Readonly<Record<Generation, string>> = {
  hoxton: 'Spring Cloud Hoxton.SR12, eureka-core 1.10.14',
  current: 'Spring Cloud 2025.1.2, eureka-core 2.0.6',
};

const properties = Object.entries(PRODUCTION).map(([name, value]) => `${name}=${value}`);

/** For the report. */
export const stockFacts = [
  { name: 'Stock hoxton', value: `${VERSIONS.hoxton}, defaults of the JVM` },
  { name: 'Stock current', value: `${VERSIONS.current}, defaults of the JVM` },
  {
    name: 'Settings of the stock servers',
    value: `those of production (\`${properties.join(' ')}\`); called fresh: without the read-only cache`,
  },
] as const;

/** A stock Eureka server with the defaults of the JVM and of Eureka. */
export async function startStock(options: StockOptions): Promise<Subject> {
  const { generation, freshness, core = CORES.server } = options;
  const jar = await stockJar(generation, options.progress);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const temporary = join(options.dir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const properties = {
    ...PRODUCTION,
    ...(freshness === 'fresh' && { 'eureka.server.use-read-only-response-cache': 'false' }),
    ...options.properties,
  };
  const name = stockName(generation, freshness);
  const args = [
    `-Djava.io.tmpdir=${temporary}`,
    '-jar',
    jar,
    ...springArguments({ 'server.port': `${port}`, ...properties }),
  ];
  const launched = await launch({
    name,
    ...pinned(core, 'java', args),
    logFile: join(options.dir, 'eureka.log'),
    // Not `apps`: its answer would stay in the read-only cache, empty, for 30 s.
    ready: async () => (await httpRequest(`${url}/eureka/apps/NOT-THERE`)).status === 404,
    readyTimeoutMs: 120_000,
  });
  return {
    name,
    url,
    pid: launched.pid,
    runtime: 'java',
    stop: () => launched.stop(),
  };
}

/** The path of the runnable server; built first when it is not there. */
export async function stockJar(generation: Generation, progress: (line: string) => void): Promise<string> {
  const program = generation === 'hoxton' ? 'server-legacy' : 'server-current';
  return (await buildJava([program], progress))[program];
}

export function stockName(generation: Generation, freshness: Freshness): string {
  return `stock ${generation}${freshness === 'fresh' ? ', fresh' : ''}`;
}
