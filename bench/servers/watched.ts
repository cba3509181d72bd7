import { connect } from 'node:net';
import { join } from 'node:path';
import { startEurek8s, type Eurek8sOptions } from './eurek8s.ts';
import { INSIDE_SOCKET, type InsideReading } from './inside.ts';
import type { Server } from './server.ts';

export interface Watched extends Server {
  /** The reading since the last one. Calls must not overlap. */
  read(): Promise<InsideReading>;
}

/** Starts Eurek8s with the watch of `inside.ts` in it. */
export async function startWatched(options: Omit<Eurek8sOptions, 'inside'>): Promise<Watched> {
  const path = join(options.dir, 'inside.sock');
  const preload = join(import.meta.dirname, 'inside.ts');
  const eurek8s = await startEurek8s({ ...options, inside: { preload, env: { [INSIDE_SOCKET]: path } } });
  const socket = connect(path).setEncoding('utf8');
  const parts = socket[Symbol.asyncIterator]();
  return {
    ...eurek8s,
    read: async () => {
      socket.write('read\n');
      // A reading is short enough to arrive in one piece on a local socket.
      const part = await parts.next();
      if (part.done === true) throw new Error(`${eurek8s.name} has ended`);
      return JSON.parse(String(part.value)) as InsideReading;
    },
    stop: async () => {
      socket.destroy();
      await eurek8s.stop();
    },
  };
}
