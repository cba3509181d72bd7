import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Below the range (32768 and up) from which the system takes the source ports of outgoing connections: a server that is
 * killed and started again must find its port free, whatever its clients did meanwhile.
 */
const lowest = 20_000;
const highest = 32_767;

/** `count` distinct TCP ports on 127.0.0.1 that were free a moment ago (all held open together, then released). */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  for (let tries = 0; held.size < count; tries++) {
    if (tries > 1_000) throw new Error(`no ${count} free ports between ${lowest} and ${highest}`);
    const port = randomInt(lowest, highest + 1);
    const server = await hold(port);
    if (server !== undefined) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return [...held.keys()];
}

async function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** One free TCP port on 127.0.0.1. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('no free port');
  return port;
}
