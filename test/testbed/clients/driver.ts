import { launchJsonLines, type JsonLinesProcess } from '../java/json-lines.ts';
import type { LaunchOptions } from '../process.ts';
import { callMany } from './call-many.ts';
import type { Client } from './client.ts';

/** A client that is a program answering JSON lines: `view` and `call`, and the end of stdin. */
export async function startDriver(options: Omit<LaunchOptions, 'onLine' | 'ready' | 'stdin'>): Promise<Client> {
  return driverClient(await launchJsonLines(options));
}

function driverClient(process: JsonLinesProcess): Client {
  return {
    instances: async (service) => {
      const { instances = {} } = await process.ask({ cmd: 'view', service });
      return instances as Readonly<Record<string, string>>;
    },
    call: (service, count) =>
      callMany(count, async () => {
        const { host } = await process.ask({ cmd: 'call', service });
        return String(host);
      }),
    stop: () => process.stop(),
    kill: () => process.kill(),
  };
}
