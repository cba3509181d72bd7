// The least a server on node:http can do: look the target up, send ready bytes. Run as a process of its own:
//   node raw-server.ts ANSWERS.json PORT
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

interface Entry {
  readonly target: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly file: string;
}

const [tableFile = '', port = ''] = process.argv.slice(2);
const table = JSON.parse(readFileSync(tableFile, 'utf8')) as readonly Entry[];
const answers = new Map(table.map((entry) => [entry.target, { ...entry, body: readFileSync(entry.file) }]));

const server = createServer((request, response) => {
  // Writes go to many targets and are all answered alike: they are looked up by their method.
  const answer = answers.get((request.method === 'GET' ? request.url : request.method) ?? '');
  if (answer === undefined) {
    response.writeHead(404).end();
    return;
  }
  if (request.method === 'GET') {
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  // A write: its body is read to the end before it is answered, as any server must.
  request.resume();
  request.on('end', () => response.writeHead(answer.status, answer.headers).end(answer.body));
});
// Idle connections as long as Eurek8s keeps them, so that the headers are the same.
server.keepAliveTimeout = 75_000;
// Nor would it be a comparison of servers if connections of one of them were refused by the system.
server.listen(Number(port), '127.0.0.1', 4096);
process.on('SIGTERM', () => process.exit(0));
