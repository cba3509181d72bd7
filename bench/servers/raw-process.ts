// The least a server on node:http can do: send ready bytes. Run as a process of its own:
//   node raw-process.ts PORT ANSWER-AS-JSON
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RawAnswer } from './raw.ts';

const [port = '', answer = '{}'] = process.argv.slice(2);
const { status, headers, bodyFile } = JSON.parse(answer) as RawAnswer;
const body = readFileSync(bodyFile);

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(status, headers).end(body);
    return;
  }
  // A write: its body is read to the end before it is answered, as any server must.
  request.resume();
  request.on('end', () => response.writeHead(status, headers).end(body));
});
// Idle connections as long as Eurek8s keeps them, so that the headers are the same.
server.keepAliveTimeout = 75_000;
// Nor would it be a comparison of servers if connections of one of them were refused by the system.
server.listen(Number(port), '127.0.0.1', 4096);
process.on('SIGTERM', () => process.exit(0));
