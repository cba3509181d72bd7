import { join } from 'node:path';
import { buildJava } from '../../test/testbed/java/build.ts';
import { jvmFlags, springArguments } from '../../test/testbed/java/jvm.ts';
import { launch } from '../../test/testbed/process.ts';
import { cpuSeconds } from '../../test/support/cpu-time.ts';
import { CORES, pinned } from '../machine.ts';

/** A Spring Cloud application (Hoxton) that does nothing but poll with Netflix's `DiscoveryClient`, every second. */
export interface JavaCaller {
  /** CPU time used so far, in seconds. */
  cpu(): number;
  stop(): Promise<void>;
}

export async function startJavaCaller(eurekaUrl: string, dir: string): Promise<JavaCaller> {
  const jar = (await buildJava(['ribbon-client'], () => undefined))['ribbon-client'];
  const settings = springArguments({
    'eureka.client.service-url.defaultZone': eurekaUrl,
    'eureka.client.register-with-eureka': 'false',
    'eureka.client.registry-fetch-interval-seconds': '1',
    // Where a machine is too slow for a poll a second, a poll that timed out would be followed by one after ten seconds.
    'eureka.client.cache-refresh-executor-exponential-back-off-bound': '1',
  });
  let ready = false;
  const launched = await launch({
    name: 'Java caller',
    ...pinned(CORES.load, 'java', [...jvmFlags({ maxHeapMb: 384, dir }), '-jar', jar, ...settings]),
    logFile: join(dir, 'caller.log'),
    stdin: 'lines',
    onLine: (line) => {
      ready ||= line.includes('"event":"ready"');
    },
    ready: async () => ready,
    readyTimeoutMs: 300_000,
  });
  return { cpu: () => cpuSeconds(launched.pid), stop: () => launched.stop() };
}
