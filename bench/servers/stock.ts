import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { buildJava } from '../../test/testbed/java/build.ts';
import { springArguments } from '../../test/testbed/java/jvm.ts';
import { startServer, type Server } from './server.ts';

export type Generation = 'hoxton' | 'current';

/** `production`: answers are up to 30 s old, the default; `fresh`: without the read-only cache in front. */
export type Freshness = 'production' | 'fresh';

export interface StockOptions {
  readonly generation: Generation;
  readonly freshness: Freshness;
  /** Log and temporary files. */
  readonly dir: string;
  /** The servers' by default. */
  readonly core?: number;
  /** Spring properties on top of those of production. */
  readonly properties?: Readonly<Record<string, string>>;
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
    // Not `apps`: its answer would stay in the read-only cache, empty, for 30 s.
    ready: { path: '/eureka/apps/NOT-THERE', status: 404 },
    ...(core !== undefined && { core }),
  });
}

/** The path of the runnable server; built first when it is not there. */
export async function stockJar(generation: Generation, progress: (line: string) => void): Promise<string> {
  const program = generation === 'hoxton' ? 'server-legacy' : 'server-current';
  return (await buildJava([program], progress))[program];
}

export function stockName(generation: Generation, freshness: Freshness): string {
  return `stock ${generation}${freshness === 'fresh' ? ', fresh' : ''}`;
}
