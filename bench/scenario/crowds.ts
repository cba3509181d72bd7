import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../cpu.ts';
import { figure } from '../report/numbers.ts';
import type { Bench, RegistrySize, Table } from '../section.ts';
import type { Eurek8s } from '../subjects/eurek8s.ts';
import { INTERVAL_SECONDS } from './fleet-arithmetic.ts';
import type { PollersResult } from './load/pollers.ts';
import { measure } from './measure.ts';
import { ms, percent } from './quantity.ts';

/** Simulated clients, so many at a time. */
export interface Crowd extends PollersResult {
  readonly clients: number;
  /** Clients of every 30 s that would ask as much. */
  readonly standsFor: number;
  /** CPU of a core. */
  readonly share: number;
}

export interface Crowds {
  /** CPU of a core without any client: the legacy is polled, and changes arrive. */
  readonly idle: number;
  readonly crowds: readonly Crowd[];
  /** Why it went no further than it did. */
  readonly note: string | undefined;
}

/** Larger and larger crowds, as far as the machine carries them. */
export async function growingCrowds(bench: Bench, server: Eurek8s, size: RegistrySize): Promise<Crowds> {
  const idle = await idleShare(bench, server.pid);
  const crowds: Crowd[] = [];
  for (const clients of bench.quick ? [500, 1000, 2000] : [1000, 2000, 4000, 8000]) {
    const crowd = await simulate(bench, server, size, clients);
    const limit = limitOf(crowd);
    if (crowd.refused > 0 && crowds.length < 2) throw new Error(`${clients} clients: ${limit}`);
    if (limit === undefined || crowds.length < 2) crowds.push(crowd);
    else return { idle, crowds, note: `This machine did not carry ${clients} clients: ${limit}.` };
  }
  return { idle, crowds, note: undefined };
}

/** Of a core: clients that wait for each other ask in bunches, as no fleet does. */
const CLIENTS_FULL = 0.9;

/** What makes a crowd's figures poor, if anything does. A line needs two all the same. */
function limitOf({ refused, ownShare }: Crowd): string | undefined {
  if (refused > 0) return `${refused} rounds were refused`;
  return ownShare > CLIENTS_FULL ? `they alone took ${percent(ownShare)} of a core` : undefined;
}

async function idleShare(bench: Bench, pid: number): Promise<number> {
  const milliseconds = bench.quick ? 2_000 : 10_000;
  bench.say('pollers: no clients');
  const before = cpuSeconds(pid);
  await sleep(milliseconds);
  return (cpuSeconds(pid) - before) / (milliseconds / 1000);
}

async function simulate(bench: Bench, { port, pid }: Eurek8s, size: RegistrySize, clients: number): Promise<Crowd> {
  const intervalMs = bench.quick ? 1_000 : 2_000;
  const milliseconds = bench.quick ? 2_000 : 12_000;
  bench.say(`pollers: ${clients} clients, every ${intervalMs / 1000} s`);
  const input = { port, pid, size, clients, intervalMs, milliseconds };
  const result = await measure('pollers', input, { timeoutMs: 120_000 });
  // By what was really asked: a client that is late must not count as one that asked for nothing.
  const standsFor = (result.polls / result.seconds) * INTERVAL_SECONDS;
  return { ...result, clients, standsFor, share: result.serverCpu / result.seconds };
}

export function crowdTable(crowds: readonly Crowd[]): Table {
  return {
    title: 'Simulated clients',
    columns: [
      'clients',
      'stand for',
      'CPU of a core',
      'per 1,000',
      'delta and heartbeat p50',
      'p99',
      'bytes per delta',
      'hash mismatches',
      "the clients' CPU",
    ],
    rows: crowds.map((crowd) => [
      figure(crowd.clients),
      figure(crowd.standsFor),
      percent(crowd.share),
      percent(crowd.share / (crowd.standsFor / 1000)),
      ms(crowd.p50),
      ms(crowd.p99),
      figure(crowd.bytesPerPoll),
      figure(crowd.mismatches),
      percent(crowd.ownShare),
    ]),
  };
}
