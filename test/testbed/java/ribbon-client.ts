import { resolve } from 'node:path';
import { buildJava } from './build.ts';
import { launchJsonLines } from './json-lines.ts';
import { jvmFlags, springArguments } from './jvm.ts';
import { ribbonCaller, type RibbonCaller } from './ribbon-answers.ts';

export interface RibbonClientOptions {
  /** `http://127.0.0.1:PORT/eureka`; several, separated by commas, are failed over as always. */
  readonly eurekaUrl: string;
  /** Log, hosts file and temporary files. */
  readonly dir: string;
  /** Names that the client can resolve, besides localhost. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Further Spring properties, such as `eureka.instance.metadata-map.zone`. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly progress?: (line: string) => void;
}

/** One unmodified Spring Cloud (Hoxton) caller with Ribbon. */
export interface RibbonClient extends RibbonCaller {
  readonly logFile: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startRibbonClient(options: RibbonClientOptions): Promise<RibbonClient> {
  const jars = await buildJava(['ribbon-client'], options.progress ?? (() => undefined));
  const dir = resolve(options.dir);
  const process = await launchJsonLines({
    name: 'Ribbon client',
    command: 'java',
    args: [
      ...jvmFlags({ maxHeapMb: 192, dir, hosts: options.hosts ?? {} }),
      '-jar',
      jars['ribbon-client'],
      ...springArguments({ 'eureka.client.service-url.defaultZone': options.eurekaUrl, ...options.properties }),
    ],
    logFile: resolve(dir, 'ribbon-client.log'),
  });
  return {
    ...ribbonCaller(process),
    logFile: process.logFile,
    pid: process.pid,
    stop: () => process.stop(),
  };
}
