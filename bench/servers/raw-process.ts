// The least that a server on node:http can do: send ready bytes. Run as a process of its own:
//   node raw-process.ts PORT ANSWER-AS-JSON
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { RawAnswer } from './raw.ts';

const [port = '', answer = '{}'] = process.argv.slice(2);
const { status, headers, bodyFile, tls } = JSON.parse(answer) as RawAnswer;
const body = readFileSync(bodyFile);

const handle: RequestListener = (request, response) => {
  if (request.method === 'GET') {
    response.writeHead(status, headers).end(body);
    return;
  }
  // The body of a write is read to its end before the answer, as in any server.
  request.resume();
  request.on('end', () => response.writeHead(status, headers).end(body));
};
// Long enough that no connection is closed during a run.
const options = { keepAliveTimeout: 75_000 };
// The backlog of Eurek8s, so that the system refuses no connection of one of them alone.
createServer(options, handle).listen(Number(port), '127.0.0.1', 4096);
if (tls !== undefined) {
  const pair = { cert: readFileSync(tls.cert), key: readFileSync(tls.key), minVersion: 'TLSv1.2' } as const;
  createTlsServer({ ...options, ...pair }, handle).listen(tls.port, '127.0.0.1', 4096);
}
process.on('SIGTERM', () => process.exit(0));
