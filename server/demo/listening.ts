import { createServer } from 'node:net';
import { listenProblemOf } from '../cli/listen-problem.ts';

/** Why no server could listen there right now; `undefined`: one could. */
export function listenProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve(listenProblemOf(error.code) ?? error.code ?? error.message),
    );
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}
