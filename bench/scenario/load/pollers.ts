import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../../cpu.ts';
import type { RegistrySize } from '../../section.ts';
import { percentile } from '../../statistics.ts';
import { Poller, Tally } from './poller.ts';
import { Views } from './poller-view.ts';

export interface PollersInput {
  readonly port: number;
  /** Of the server, whose CPU is counted. */
  readonly pid: number;
  readonly size: RegistrySize;
  readonly clients: number;
  /** Each client polls and sends a heartbeat so often. */
  readonly intervalMs: number;
  /** Counted, once every client has its first full answer. */
  readonly milliseconds: number;
}

export interface PollersResult {
  /** Each a delta and a heartbeat. */
  readonly polls: number;
  readonly seconds: number;
  /** CPU seconds of the server in that time. */
  readonly serverCpu: number;
  /** CPU of this process, as a share of the time: near 1 the clients are late, and not the server. */
  readonly ownShare: number;
  readonly bytesPerPoll: number;
  /** Milliseconds of a delta and a heartbeat. */
  readonly p50: number;
  readonly p99: number;
  /** Deltas that did not lead to the server's hash, so that everything was fetched again. */
  readonly mismatches: number;
  readonly refused: number;
}

async function main(input: PollersInput): Promise<void> {
  const tally = new Tally();
  await startAll(input, tally);
  // Until the last full fetches are over, and what they left behind in the server.
  await sleep(input.intervalMs / 2);
  tally.counting = true;
  const [serverBefore, ownBefore, startedAt] = [cpuSeconds(input.pid), process.cpuUsage(), performance.now()];
  await sleep(input.milliseconds);
  tally.counting = false;
  const seconds = (performance.now() - startedAt) / 1000;
  const own = process.cpuUsage(ownBefore);
  const { polls, bytes, latencies, mismatches, refused } = tally;
  const result: PollersResult = {
    polls,
    seconds,
    serverCpu: cpuSeconds(input.pid) - serverBefore,
    ownShare: (own.user + own.system) / 1e6 / seconds,
    bytesPerPoll: bytes / polls,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    mismatches,
    refused,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

/** Evenly over an interval, as a fleet is that was not started in one moment; resolves when all have everything. */
async function startAll({ port, size, clients, intervalMs }: PollersInput, tally: Tally): Promise<void> {
  const views = new Views();
  const start = async (index: number): Promise<void> => {
    await sleep((index / clients) * intervalMs);
    const poller = await Poller.start(port, size, index, views);
    // A poller that fails ends the process: with fewer of them the figures would be wrong.
    void poller.poll(intervalMs, tally);
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => start(index)));
}

await main(JSON.parse(process.argv[2] ?? '{}') as PollersInput);
