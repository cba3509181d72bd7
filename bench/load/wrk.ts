import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/testbed/process.ts';
import { CORES, pinned } from '../machine.ts';

export interface Load {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly connections: number;
  /** Requests to send in turn instead of a GET of the URL, and how many of them to leave out first. */
  readonly replay?: { readonly file: string; readonly from: number };
}

export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  readonly perSecond: number;
  /** All bytes received, with headers and answers cut short at the end. */
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

interface Printed {
  readonly requests: number;
  readonly microseconds: number;
  readonly bytes: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly failed: Readonly<Record<'connect' | 'read' | 'write' | 'status' | 'timeout', number>>;
}

const SCRIPT = join(import.meta.dirname, 'wrk.lua');
// With 16 requests at once the slowest answers take seconds; wrk's default is 2 s.
const TIMEOUT_SECONDS = 60;

/** Loads one server with all that one core can send. Any answer but 2xx or 3xx and any failed connection throws. */
export async function load({ url, headers = {}, seconds, connections, replay }: Load): Promise<LoadResult> {
  // wrk takes whole seconds only, but an interrupt ends it in good order. Its own duration is for when none comes.
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${Math.ceil(seconds) + 5}s`, '--timeout', `${TIMEOUT_SECONDS}s`];
  const args = ['--preserve-status', '--signal=INT', `${seconds}s`, ...wrk, '-s', SCRIPT];
  for (const [name, value] of Object.entries(headers)) args.push('-H', `${name}: ${value}`);
  args.push(url, ...(replay === undefined ? [] : ['--', replay.file, String(replay.from)]));
  const { command, args: all } = pinned(CORES.load, 'timeout', args);
  const output = await run(command, all, { timeoutMs: (seconds + TIMEOUT_SECONDS) * 1000 });
  const printed = /^\{"requests".*\}$/m.exec(output)?.[0];
  if (printed === undefined) throw new Error(`wrk printed no result:\n${output}`);
  return resultOf(JSON.parse(printed) as Printed, url);
}

function resultOf({ requests, microseconds, bytes, p50, p99, p999, failed }: Printed, url: string): LoadResult {
  const failures = Object.entries(failed).filter(([, count]) => count > 0);
  if (failures.length > 0)
    throw new Error(`${url}: ${failures.map(([what, count]) => `${count} failures of ${what}`).join(', ')}`);
  const seconds = microseconds / 1e6;
  const perSecond = requests / seconds;
  return { seconds, requests, perSecond, bytes, p50Ms: p50 / 1000, p99Ms: p99 / 1000, p999Ms: p999 / 1000 };
}

export interface ReplayedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Writes requests as `wrk.lua` reads them: each as its bytes, with their number before them. Returns the count. */
export function writeReplay(file: string, requests: Iterable<ReplayedRequest>): number {
  const parts: Buffer[] = [];
  let count = 0;
  for (const request of requests) {
    const bytes = requestBytes(request);
    parts.push(Buffer.from(`${bytes.length}\n`), bytes);
    count++;
  }
  writeFileSync(file, Buffer.concat(parts));
  return count;
}

export function requestBytes({ method, target, headers = {}, body = '' }: ReplayedRequest): Buffer {
  const all = { host: 'bench', ...headers, ...(body !== '' && { 'content-length': `${Buffer.byteLength(body)}` }) };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('')}\r\n${body}`);
}

/** Why there can be no load, as a sentence; `undefined`: wrk is there. */
export function wrkTrouble(): string | undefined {
  // `wrk -v` prints the version and exits with 1.
  return (spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '').startsWith('wrk ')
    ? undefined
    : 'wrk generates the load and is not on the PATH (on Debian: apt-get install wrk)';
}
