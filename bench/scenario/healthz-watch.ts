import { join } from 'node:path';
import { launch } from '../../test/testbed/process.ts';
import { CORES, pinned } from '../pin.ts';
import type { WatchInput, WatchReading } from './load/healthz-watch.ts';

export interface HealthzWatch {
  /** Since the reading before. */
  read(): Promise<WatchReading>;
  stop(): Promise<void>;
}

/** Watches a server from outside, from a process of its own: whatever this one does would delay the questions. */
export async function startHealthzWatch(options: {
  readonly port: number;
  readonly dir: string;
}): Promise<HealthzWatch> {
  const input: WatchInput = { port: options.port };
  const program = join(import.meta.dirname, 'load', 'healthz-watch.ts');
  const waiting: ((line: string) => void)[] = [];
  const launched = await launch({
    name: 'watch of /healthz',
    ...pinned(CORES.load, process.execPath, [program, JSON.stringify(input)]),
    logFile: join(options.dir, 'healthz-watch.log'),
    stdin: 'lines',
    onLine: (line) => waiting.shift()?.(line),
  });
  const ended = launched.exited.then((code): never => {
    throw new Error(`the watch of /healthz ended with ${code}: see ${launched.logFile}`);
  });
  ended.catch(() => undefined);
  return {
    read: async () => {
      const line = new Promise<string>((resolve) => waiting.push(resolve));
      launched.sendLine('read');
      return JSON.parse(await Promise.race([line, ended])) as WatchReading;
    },
    stop: () => launched.stop(),
  };
}
