import { Connection, requestBytes } from './connection.ts';

const EVERY_MS = 2;
const TICK_MS = 1;

export interface WatchInput {
  readonly port: number;
}

/** Since the reading before. Milliseconds. */
export interface WatchReading {
  readonly asked: number;
  /** Of each answer, the time in which this process itself was kept from running is taken off. */
  readonly worstMs: number;
}

/**
 * Asks `GET /healthz` all the time over one connection: a stall of the server's event loop is an answer that is late by
 * so much. Each line on stdin is answered by a reading.
 */
async function main({ port }: WatchInput): Promise<void> {
  const connection = await Connection.open(port);
  const request = requestBytes('GET', '/healthz');
  let lastTick = performance.now();
  let ownStall = 0;
  const noteTick = (): number => {
    const now = performance.now();
    ownStall = Math.max(ownStall, now - lastTick - TICK_MS);
    lastTick = now;
    return now;
  };
  setInterval(noteTick, TICK_MS);
  let asked = 0;
  let worstMs = 0;
  let busy = false;
  const look = async (): Promise<void> => {
    asked++;
    const sentAt = noteTick();
    ownStall = 0;
    await connection.ask(request);
    worstMs = Math.max(worstMs, noteTick() - sentAt - ownStall);
    busy = false;
  };
  setInterval(() => {
    if (busy) return;
    busy = true;
    // A connection that breaks ends this process, which tells.
    void look();
  }, EVERY_MS);
  process.stdin.on('data', () => {
    const reading: WatchReading = { asked, worstMs };
    process.stdout.write(`${JSON.stringify(reading)}\n`);
    asked = 0;
    worstMs = 0;
  });
  process.stdin.on('end', () => process.exit(0));
}

await main(JSON.parse(process.argv[2] ?? '{}') as WatchInput);
