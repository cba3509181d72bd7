import { createServer } from 'node:net';

/** Why no server could listen there right now; `undefined`: one could. */
export function listenProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(problemOf('code' in error ? String(error.code) : error.message)));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

function problemOf(code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use by another process';
    case 'EACCES':
      return 'no permission to use this port';
    default:
      return code;
  }
}
