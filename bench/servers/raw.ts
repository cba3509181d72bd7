import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply } from '../load/ask.ts';
import { startServer, type Server } from './server.ts';

/** The answer to every request, as `raw-process.ts` gets it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyFile: string;
  /** PEM files: the same answer with TLS, on a port of its own. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly port: number };
}

export const RAW = 'raw node:http';

/** For the report. */
export const rawFacts = {
  name: 'Raw',
  value: `node:http on Node ${process.versions.node} that sends from memory the bytes and headers of the answers of Eurek8s: the limit of the platform`,
} as const;

/** The limit of the platform: node:http that sends one answer to every request and does nothing else. */
export async function startRaw(dir: string, reply: Reply, tls?: RawAnswer['tls']): Promise<Server> {
  mkdirSync(dir, { recursive: true });
  const bodyFile = join(dir, 'body');
  writeFileSync(bodyFile, reply.body);
  const answer: RawAnswer = {
    status: reply.status,
    headers: ownHeaders(reply),
    bodyFile,
    ...(tls !== undefined && { tls }),
  };
  const program = join(import.meta.dirname, 'raw-process.ts');
  return startServer({
    name: RAW,
    runtime: 'node',
    dir,
    command: (port) => ({
      command: process.execPath,
      args: [program, `${port}`, JSON.stringify(answer)],
      env: { ...process.env, NODE_ENV: 'production' },
    }),
    ready: { path: '/', status: reply.status },
  });
}

/** Throws when the answers differ: fewer headers, or other ones, would be another measurement. */
export function expectSameAnswer(ours: Reply, raw: Reply): void {
  const facts = (reply: Reply): string =>
    JSON.stringify([reply.status, reply.body.length, Object.keys(reply.headers).toSorted(), ownHeaders(reply)]);
  if (facts(ours) === facts(raw) && ours.body.equals(raw.body)) return;
  throw new Error(`${RAW} answers ${facts(raw)} instead of ${facts(ours)}`);
}

/** Headers that node:http itself writes in both servers. */
const OF_NODE = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

function ownHeaders({ headers }: Reply): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      OF_NODE.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
