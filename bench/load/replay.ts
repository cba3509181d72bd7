import { writeFileSync } from 'node:fs';

export interface ReplayedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Requests in a file, to be sent in turn again and again. */
export interface Replay {
  readonly file: string;
  readonly count: number;
}

/** Writes requests as `wrk.lua` reads them: each as it goes on the wire, its length before it. */
export function writeReplay(file: string, requests: Iterable<ReplayedRequest>): Replay {
  const parts: Buffer[] = [];
  let count = 0;
  for (const { method, target, headers = {}, body = '' } of requests) {
    const all = { host: 'bench', ...headers, ...(body !== '' && { 'content-length': `${Buffer.byteLength(body)}` }) };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n${body}`);
    parts.push(Buffer.from(`${bytes.length}\n`), bytes);
    count++;
  }
  writeFileSync(file, Buffer.concat(parts));
  return { file, count };
}
