import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Connection, requestBytes } from './connection.ts';

const EVERY_MS = 2;

export interface WatchInput {
  readonly port: number;
}

/** Since the reading before. Milliseconds. */
export interface WatchReading {
  readonly asked: number;
  readonly worstMs: number;
  /** The longest time this process itself was kept from running: a worst that is no longer says nothing of the server. */
  readonly ownStallMs: number;
}

/**
 * Asks `GET /healthz` all the time over one connection: a stall of the server's event loop is an answer that is late by
 * so much. Each line on stdin is answered by a reading.
 */
async function main({ port }: WatchInput): Promise<void> {
  const connection = await Connection.open(port);
  const request = requestBytes('GET', '/healthz');
  const own = monitorEventLoopDelay({ resolution: 1 });
  own.enable();
  let asked = 0;
  let worstMs = 0;
  let busy = false;
  const look = async (): Promise<void> => {
    asked++;
    const sentAt = performance.now();
    await connection.ask(request);
    worstMs = Math.max(worstMs, performance.now() - sentAt);
    busy = false;
  };
  setInterval(() => {
    if (busy) return;
    busy = true;
    // A connection that breaks ends this process, which tells.
    void look();
  }, EVERY_MS);
  process.stdin.on('data', () => {
    const reading: WatchReading = { asked, worstMs, ownStallMs: Math.max(0, own.max / 1e6 - 1) };
    process.stdout.write(`${JSON.stringify(reading)}\n`);
    own.reset();
    asked = 0;
    worstMs = 0;
  });
  process.stdin.on('end', () => process.exit(0));
}

await main(JSON.parse(process.argv[2] ?? '{}') as WatchInput);
