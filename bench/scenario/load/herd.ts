import { requestBytes } from './connection.ts';
import { herdClient, type HerdClient } from './herd-client.ts';

export interface HerdInput {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clients: number;
  /** Of these, so many read a little at a time. */
  readonly slow: number;
  /** Whether everybody is connected before the first one asks. */
  readonly begin: 'connected' | 'from-nothing';
}

/** The clients that read as fast as they can; the slow ones are there to be in the way. */
export interface HerdResult {
  /** Milliseconds from the start until half of them, and all of them, have everything. */
  readonly halfMs: number;
  readonly allMs: number;
  /** Of one answer's body; everybody got the same number. */
  readonly bytes: number;
  readonly wrong: number;
  /** CPU of this process meanwhile, as a share of the time: near 1 it is the one that everybody waits for. */
  readonly cpuShare: number;
}

/** Fewer than the queue of a listening socket holds. */
const CONNECTED_AT_ONCE = 256;

async function main(input: HerdInput): Promise<void> {
  const request = requestBytes('GET', input.path, input.headers);
  const everySlow = input.slow === 0 ? Infinity : Math.floor(input.clients / input.slow);
  const herd: HerdClient[] = [];
  const fast: HerdClient[] = [];
  let startedAt = performance.now();
  let cpuBefore = process.cpuUsage();
  for (let i = 0; i < input.clients; i++) {
    const slow = i % everySlow === everySlow - 1;
    const client = herdClient(input.port, slow ? 'slow' : 'fast');
    herd.push(client);
    if (!slow) fast.push(client);
    if (input.begin === 'from-nothing') void client.connected.then(() => client.ask(request));
    else if (i % CONNECTED_AT_ONCE === 0) await client.connected;
  }
  if (input.begin === 'connected') {
    await Promise.all(herd.map(({ connected }) => connected));
    startedAt = performance.now();
    cpuBefore = process.cpuUsage();
    for (const client of herd) client.ask(request);
  }
  const ends: number[] = [];
  const sizes = await Promise.all(
    fast.map(async ({ done }) => {
      const bytes = await done;
      ends.push(performance.now() - startedAt);
      return bytes;
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  const allMs = ends.at(-1) ?? Number.NaN;
  const bytes = Math.max(...sizes);
  const result: HerdResult = {
    halfMs: ends[ends.length >> 1] ?? Number.NaN,
    allMs,
    bytes,
    wrong: sizes.filter((size) => size !== bytes).length,
    cpuShare: (user + system) / 1000 / allMs,
  };
  for (const client of herd) client.close();
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

await main(JSON.parse(process.argv[2] ?? '{}') as HerdInput);
