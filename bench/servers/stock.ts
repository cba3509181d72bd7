import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { buildJava } from '../../test/testbed/java/build.ts';
import { springArguments } from '../../test/testbed/java/jvm.ts';
import { startServer, type Server } from './server.ts';

export type Generation = 'hoxton' | 'current';

/** `production`: the default, with answers up to 30 s old; `fresh`: without the read-only cache. */
export type Freshness = 'production' | 'fresh';

export interface StockOptions {
  readonly generation: Generation;
  readonly freshness: Freshness;
  /** The directory of the log and of temporary files. */
  readonly dir: string;
  /** By default that of the servers. */
  readonly core?: number;
  /** Spring properties, which win over those of production. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** The defaults of a stock server. The jars of the test bed have shorter times, for the tests. */
const PRODUCTION = {
  'server.tomcat.threads.max': '200',
  'server.tomcat.threads.min-spare': '10',
  'eureka.server.use-read-only-response-cache': 'true',
  'eureka.server.response-cache-update-interval-ms': '30000',
  'eureka.server.response-cache-auto-expiration-in-seconds': '180',
  'eureka.server.enable-self-preservation': 'true',
  'eureka.server.eviction-interval-timer-in-ms': '60000',
} as const;

const properties = Object.entries(PRODUCTION).map(([name, value]) => `${name}=${value}`);

/** For the report. */
export const stockFacts = [
  { name: 'Stock hoxton', value: 'Spring Cloud Hoxton.SR12, eureka-core 1.10.14, defaults of the JVM' },
  { name: 'Stock current', value: 'Spring Cloud 2025.1.2, eureka-core 2.0.6, defaults of the JVM' },
  {
    name: 'Settings of the stock servers',
    value: `those of production (\`${properties.join(' ')}\`); called fresh: without the read-only cache`,
  },
] as const;

/** A stock Eureka server with the defaults of the JVM and of Eureka. */
export async function startStock(options: StockOptions): Promise<Server> {
  const { generation, freshness, dir, core } = options;
  const jar = await stockJar(generation, () => undefined);
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const settings = {
    ...PRODUCTION,
    ...(freshness === 'fresh' && { 'eureka.server.use-read-only-response-cache': 'false' }),
    ...options.properties,
  };
  return startServer({
    name: stockName(generation, freshness),
    runtime: 'java',
    dir,
    command: (port) => ({
      command: 'java',
      args: [
        `-Djava.io.tmpdir=${temporary}`,
        '-jar',
        jar,
        ...springArguments({ 'server.port': `${port}`, ...settings }),
      ],
    }),
    // Not `apps`: its empty answer would stay in the read-only cache for 30 s.
    ready: { path: '/eureka/apps/NOT-THERE', status: 404 },
    ...(core !== undefined && { core }),
  });
}

/** The path of the runnable server, which is built when it is not there. */
export async function stockJar(generation: Generation, progress: (line: string) => void): Promise<string> {
  const program = generation === 'hoxton' ? 'server-legacy' : 'server-current';
  return (await buildJava([program], progress))[program];
}

export function stockName(generation: Generation, freshness: Freshness): string {
  return `stock ${generation}${freshness === 'fresh' ? ', fresh' : ''}`;
}
