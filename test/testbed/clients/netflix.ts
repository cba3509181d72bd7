import { resolve } from 'node:path';
import { buildJava } from '../java/build.ts';
import { startNetflixClient } from '../java/clients.ts';
import { jvmFlags } from '../java/jvm.ts';
import type { Client, ClientOptions } from './client.ts';
import { startDriver } from './driver.ts';

/** Generation 1 (Jersey 1), with Netflix's own Ribbon. */
export async function startNetflix1(options: ClientOptions): Promise<Client> {
  const { eurekaUrl, dir, app, id, port, hosts, address: host = '127.0.0.1' } = options;
  const netflix = await startNetflixClient({ eurekaUrl, dir, hosts, register: { app, id, port, host } });
  return {
    instances: async (service) => {
      const { apps } = await netflix.registry();
      const found = apps[service.toUpperCase()] ?? [];
      return Object.fromEntries(found.map(({ host, port, status }) => [`${host}:${port}`, status]));
    },
    call: async (service, count) => {
      const { hosts, errors, failures } = await netflix.call(service, count);
      if (errors > 0) throw new Error(JSON.stringify(failures));
      return hosts;
    },
    stop: () => netflix.stop(),
    kill: () => netflix.kill(),
  };
}

/** Generation 2 (Jersey 3), which calls by the client's own round robin. */
export async function startNetflix2({ eurekaUrl, dir, app, id, port, hosts }: ClientOptions): Promise<Client> {
  const jars = await buildJava(['netflix-client-2'], () => undefined);
  const properties = {
    'eureka.serviceUrl.default': `${eurekaUrl}/`,
    'eureka.name': app,
    'eureka.instanceId': id,
    'eureka.port': `${port}`,
    'eureka.vipAddress': app.toLowerCase(),
  };
  const inside = resolve(dir);
  return startDriver({
    name: app,
    command: 'java',
    args: [...jvmFlags({ maxHeapMb: 192, dir: inside, properties, hosts }), '-jar', jars['netflix-client-2']],
    logFile: resolve(inside, 'client.log'),
  });
}
