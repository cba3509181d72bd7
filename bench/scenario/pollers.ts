import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../cpu.ts';
import { instanceCount, SIZES } from '../data/registry.ts';
import { figure } from '../report/numbers.ts';
import type { Bench, Section, Table } from '../section.ts';
import { startEurek8s, type Eurek8s } from '../subjects/eurek8s.ts';
import { complete } from './complete.ts';
import { BUSY, INTERVAL_SECONDS, predictedPer1000 } from './fleet-arithmetic.ts';
import { fleetTable } from './fleet-table.ts';
import { fitLine, type LineFit } from './line-fit.ts';
import type { PollersResult } from './load/pollers.ts';
import { measure } from './measure.ts';
import { startPlayback } from './playback.ts';
import { requestCosts, weighChange, type Cost, type Costs } from './poller-costs.ts';
import { ms, percent } from './quantity.ts';
import { staged } from './staged.ts';

const SIZE = SIZES.medium;

export const pollers: Section = {
  name: 'pollers',
  title: 'Clients per core',
  about:
    'Clients as real ones: each has a connection of its own, fetches everything once, then every interval the delta, checks the hash code, and sends a heartbeat, which is forwarded to a legacy. One instance of 10,000 changes every second. The clients poll more often than every 30 s and count for as many as would ask as much. A line through the CPU at several sizes is compared with what the cost of one delta and one heartbeat, each measured alone at full load, predicts.',
  run: async (bench) =>
    staged(async (keep) => {
      const dir = join(bench.workDir, 'pollers');
      const legacy = keep(await startPlayback({ size: SIZE, dir }));
      const config = { legacy: { urls: [legacy.eureka], pollInterval: '1s' } };
      const eurek8s = keep(await startEurek8s({ program: bench.program, dir, config }));
      await complete(eurek8s.url, SIZE);
      const costs = await requestCosts(bench, eurek8s, SIZE);
      await legacy.changesPerSecond(1);
      const idle = await idleShare(bench, eurek8s.pid);
      const crowds: Crowd[] = [];
      for (const clients of bench.quick ? [500, 1000, 2000] : [1000, 2000, 4000, 8000])
        crowds.push(await simulate(bench, eurek8s, clients));
      const bytesPerChange = await weighChange(eurek8s.url, legacy);
      const line = fitLine([
        { x: 0, y: idle },
        ...crowds.map(({ standsFor, share }) => ({ x: standsFor / 1000, y: share })),
      ]);
      const predicted = predictedPer1000(costs);
      return {
        tables: [
          crowdTable(crowds),
          lineTable(costs, line, predicted),
          fleetTable({
            costs,
            bytesPerChange,
            factor: Math.max(1, line.slope / predicted),
            fullBytesPerInstance: costs.full.bytes / instanceCount(SIZE),
          }),
        ],
        verdicts: [
          { what: 'CPU by clients: r² of a line', value: line.rSquared, unit: '', bar: 0.98, sense: 'at least' },
          {
            what: 'CPU per 1,000 clients: simulation against arithmetic',
            value: line.slope / predicted,
            unit: '×',
            bar: 1.5,
            sense: 'at most',
          },
        ],
      };
    }),
};

interface Crowd extends PollersResult {
  readonly clients: number;
  /** Clients of every 30 s that would ask as much. */
  readonly standsFor: number;
  /** CPU of a core. */
  readonly share: number;
}

/** CPU of a core without any client: the legacy is polled, and changes arrive. */
async function idleShare(bench: Bench, pid: number): Promise<number> {
  const milliseconds = bench.quick ? 2_000 : 10_000;
  bench.say('pollers: no clients');
  const before = cpuSeconds(pid);
  await sleep(milliseconds);
  return (cpuSeconds(pid) - before) / (milliseconds / 1000);
}

async function simulate(bench: Bench, { port, pid }: Eurek8s, clients: number): Promise<Crowd> {
  const intervalMs = bench.quick ? 1_000 : 2_000;
  const milliseconds = bench.quick ? 2_000 : 12_000;
  bench.say(`pollers: ${clients} clients, every ${intervalMs / 1000} s`);
  const input = { port, pid, size: SIZE, clients, intervalMs, milliseconds };
  const result = await measure('pollers', input, { timeoutMs: 120_000 });
  if (result.refused > 0) throw new Error(`${result.refused} of ${result.polls} rounds were refused`);
  // By what was really asked: a client that is late must not count as one that asked for nothing.
  const standsFor = (result.polls / result.seconds) * INTERVAL_SECONDS;
  return { ...result, clients, standsFor, share: result.serverCpu / result.seconds };
}

function crowdTable(crowds: readonly Crowd[]): Table {
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

function lineTable(
  { full, delta, heartbeat }: Costs,
  { slope, intercept, rSquared }: LineFit,
  predicted: number,
): Table {
  const micro = ({ cpu, bytes }: Cost): string =>
    `${figure(cpu * 1e6)} µs${bytes > 0 ? `, ${figure(bytes)} bytes` : ''}`;
  return {
    title: 'Arithmetic and simulation, for clients that poll every 30 s',
    columns: ['what', 'value'],
    rows: [
      ['CPU of one delta', micro(delta)],
      ['CPU of one forwarded heartbeat', micro(heartbeat)],
      ['CPU of one full answer (JSON gzip)', micro(full)],
      ['predicted, per 1,000 clients', percent(predicted)],
      ['measured slope, per 1,000 clients', percent(slope)],
      ['measured, without clients', percent(intercept)],
      ['r² of the line', rSquared.toFixed(4)],
      [`clients on one core at ${percent(BUSY)}`, figure(Math.floor(((BUSY - intercept) / slope) * 1000))],
    ],
  };
}
