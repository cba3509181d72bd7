import { createServer, type Server } from 'node:http';

/** A service of the demo. It listens on loopback, and its answers name the instance. */
export interface SampleService {
  /** `bob-1`. */
  readonly name: string;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startSampleService(
  name: string,
  world: 'EC2' | 'Kubernetes',
  address = '127.0.0.1',
): Promise<SampleService> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify({ answeredBy: name, world, host: request.headers.host })}\n`);
  });
  const bound = await listen(server, address);
  return { name, port: bound, stop: () => close(server) };
}

/** Listens on loopback; resolves with the port that was bound. */
export function listen(server: Server, address = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
