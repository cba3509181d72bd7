import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../../cpu.ts';
import { registration } from '../../data/registry.ts';
import type { RegistrySize } from '../../section.ts';
import { percentile } from '../../statistics.ts';
import { Connection, requestBytes } from './connection.ts';
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
  readonly polls: number;
  readonly heartbeats: number;
  readonly seconds: number;
  /** CPU seconds of the server in that time. */
  readonly serverCpu: number;
  /** CPU of this process, as a share of the time: near 1 the clients are late, and not the server. */
  readonly ownShare: number;
  readonly bytesPerPoll: number;
  readonly p50: number;
  readonly p99: number;
  /** Deltas that did not lead to the server's hash, so that everything was fetched again. */
  readonly mismatches: number;
  readonly refused: number;
}

const FULL = requestBytes('GET', '/eureka/apps', { accept: 'application/json', 'accept-encoding': 'gzip' });
const DELTA = requestBytes('GET', '/eureka/apps/delta', { accept: 'application/json', 'accept-encoding': 'gzip' });

async function main(input: PollersInput): Promise<void> {
  const { size, clients, intervalMs } = input;
  const views = new Views();
  let counting = false;
  let over = false;
  let polls = 0;
  let heartbeats = 0;
  let bytes = 0;
  let mismatches = 0;
  let refused = 0;
  const latencies: number[] = [];

  /** Everything once, then a delta and a heartbeat each interval, as every Eureka client does. */
  const client = async (index: number, ready: () => void): Promise<void> => {
    // Evenly over the interval, as a fleet is that was not started in one moment.
    const phase = (index / clients) * intervalMs;
    await sleep(phase);
    const connection = await Connection.open(input.port);
    const { app, id } = registration(size, index % size.applications, index % size.instancesEach);
    const heartbeat = requestBytes('PUT', `/eureka/apps/${app}/${id}?status=UP`, { accept: 'application/json' });
    const fetchAll = async () => {
      const { status, body } = await connection.ask(FULL);
      if (status !== 200) throw new Error(`a full fetch was answered ${status}`);
      return views.full(body);
    };
    let view = await fetchAll();
    ready();
    for (let due = performance.now() + intervalMs; !over; due += intervalMs) {
      await sleep(Math.max(0, due - performance.now()));
      if (over) break;
      const sentAt = performance.now();
      const { status, body } = await connection.ask(DELTA);
      const next = status === 200 ? views.after(view, body) : undefined;
      const renewed = await connection.ask(heartbeat);
      if (counting) {
        polls++;
        heartbeats++;
        bytes += body.length;
        latencies.push(performance.now() - sentAt);
        if (next === undefined) mismatches++;
        if (status !== 200 || renewed.status !== 200) refused++;
      }
      view = next ?? (await fetchAll());
    }
    connection.close();
  };

  const ready: Promise<void>[] = [];
  const all: Promise<void>[] = [];
  for (let i = 0; i < clients; i++)
    ready.push(
      new Promise((resolve, reject) => {
        const run = client(i, resolve);
        run.catch(reject);
        all.push(run);
      }),
    );
  await Promise.all(ready);
  // A whole interval in which nobody fetches everything any more.
  await sleep(intervalMs / 2);
  counting = true;
  const [serverBefore, ownBefore, startedAt] = [cpuSeconds(input.pid), process.cpuUsage(), performance.now()];
  await sleep(input.milliseconds);
  counting = false;
  const seconds = (performance.now() - startedAt) / 1000;
  const own = process.cpuUsage(ownBefore);
  const serverCpu = cpuSeconds(input.pid) - serverBefore;
  over = true;
  const result: PollersResult = {
    polls,
    heartbeats,
    seconds,
    serverCpu,
    ownShare: (own.user + own.system) / 1e6 / seconds,
    bytesPerPoll: bytes / polls,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    mismatches,
    refused,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

await main(JSON.parse(process.argv[2] ?? '{}') as PollersInput);
