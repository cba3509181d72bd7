import { resolve } from 'node:path';
import type { RestStatus } from '../../support/eureka-rest.ts';
import { PATIENCE_MS, until } from '../until.ts';
import { buildJava } from './build.ts';
import { launchJsonLines } from './json-lines.ts';
import { jvmFlags } from './jvm.ts';
import { ribbonCaller, type RibbonCaller } from './ribbon-answers.ts';

export interface NetflixClientOptions {
  readonly eurekaUrl: string;
  /** Log, hosts file and temporary files. */
  readonly dir: string;
  readonly hosts?: Readonly<Record<string, string>>;
  /** When given, the client registers, renews every second, and deregisters when stopped. */
  readonly register?: {
    readonly app: string;
    readonly id: string;
    readonly port: number;
    readonly host?: string;
    readonly vip?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    /** Default 90. */
    readonly leaseDurationSecs?: number;
  };
  /** Further native properties, such as `eureka.clientDataAccept`. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly progress?: (line: string) => void;
}

export interface ViewedInstance {
  readonly instanceId: string;
  readonly host: string;
  readonly ip: string;
  readonly port: number;
  /** Only when enabled. */
  readonly securePort?: number;
  readonly status: RestStatus;
  readonly vip: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The registry as the client holds it, every status included. */
export interface RegistryView {
  /** The hash code that the client computes from what it holds. */
  readonly clientHash: string;
  /** The hash code in the server's last answer; null before the first. */
  readonly serverHash: string | null;
  readonly apps: Readonly<Record<string, readonly ViewedInstance[]>>;
}

export interface NetflixStats {
  /** `METHOD path status` (or `failed`) → how often, for example `GET /eureka/apps/delta 200`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Full fetches that were answered 200: one at the start, and one for each mismatch. */
  readonly fullFetches: number;
  /** Deltas after which the client's hash was not the server's. */
  readonly hashMismatches: number;
}

/** Netflix's own client (eureka-client 1.10.18, ribbon 2.7.18), without Spring; it polls every second. */
export interface NetflixClient extends RibbonCaller {
  readonly logFile: string;
  /** Every registry that it held, oldest first, one for each change. */
  readonly history: readonly RegistryView[];
  registry(): Promise<RegistryView>;
  waitForRegistry(wanted: (view: RegistryView) => boolean, timeoutMs?: number): Promise<RegistryView>;
  stats(): Promise<NetflixStats>;
  /**
   * Sets the client's own status, sent as a new registration. A server accepts only DOWN and STARTING. While the lease
   * is valid it keeps UP and OUT_OF_SERVICE, because those two may be an operator's decision.
   */
  setStatus(status: RestStatus): Promise<void>;
  /** Deregisters. */
  stop(): Promise<void>;
  /** Leaves its lease behind. */
  kill(): Promise<void>;
}

export async function startNetflixClient(options: NetflixClientOptions): Promise<NetflixClient> {
  const jars = await buildJava(['netflix-client'], options.progress ?? (() => undefined));
  const dir = resolve(options.dir);
  const history: RegistryView[] = [];
  const properties = {
    'eureka.serviceUrl.default': options.eurekaUrl,
    ...registrationProperties(options.register),
    ...options.properties,
  };
  const process = await launchJsonLines(
    {
      name: 'Netflix client',
      command: 'java',
      args: [
        ...jvmFlags({ maxHeapMb: 192, dir, properties, hosts: options.hosts ?? {} }),
        '-jar',
        jars['netflix-client'],
      ],
      logFile: resolve(dir, 'netflix-client.log'),
    },
    (event) => {
      if (event['event'] === 'registry') history.push(viewOf(event));
    },
  );
  const registry = async (): Promise<RegistryView> => viewOf(await process.ask({ cmd: 'registry' }));

  return {
    ...ribbonCaller(process),
    logFile: process.logFile,
    history,
    registry,
    waitForRegistry: (wanted, timeoutMs = PATIENCE_MS) =>
      until(
        "the Netflix client's registry is as wanted",
        async () => {
          const view = await registry();
          if (wanted(view)) return view;
          throw new Error(`the registry is ${JSON.stringify(view)}`);
        },
        { timeoutMs, everyMs: 100 },
      ),
    stats: async () => {
      const answer = (await process.ask({ cmd: 'stats' })) as unknown as NetflixStats;
      const { requests, hashMismatches } = answer;
      return { requests, hashMismatches, fullFetches: fullFetches(requests) };
    },
    setStatus: async (status) => void (await process.ask({ cmd: 'status', status })),
    stop: () => process.stop(),
    kill: () => process.kill(),
  };
}

function registrationProperties(register: NetflixClientOptions['register']): Readonly<Record<string, string>> {
  if (register === undefined) return {};
  const { app, id, port, host, vip = app.toLowerCase(), metadata = {}, leaseDurationSecs } = register;
  return {
    'eureka.registration.enabled': 'true',
    'eureka.name': app,
    'eureka.instanceId': id,
    'eureka.port': `${port}`,
    'eureka.vipAddress': vip,
    ...(host !== undefined && { 'testbed.host': host }),
    ...(leaseDurationSecs !== undefined && { 'eureka.lease.duration': `${leaseDurationSecs}` }),
    ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`eureka.metadata.${key}`, value])),
  };
}

function fullFetches(requests: NetflixStats['requests']): number {
  return Object.entries(requests).reduce(
    (sum, [key, count]) => (/^GET \S*\/apps\/? 200$/.test(key) ? sum + count : sum),
    0,
  );
}

function viewOf(message: Readonly<Record<string, unknown>>): RegistryView {
  const { clientHash, serverHash, apps } = message as unknown as RegistryView;
  return { clientHash, serverHash, apps };
}
