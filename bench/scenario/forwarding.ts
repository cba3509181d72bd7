import { join } from 'node:path';
import { registrations, SIZES } from '../data/registry.ts';
import { registerAll } from '../load/register.ts';
import { CORES } from '../pin.ts';
import { range } from '../report/numbers.ts';
import type { Bench, Section } from '../section.ts';
import { median } from '../statistics.ts';
import { startEurek8s } from '../subjects/eurek8s.ts';
import { startStock } from '../subjects/stock.ts';
import type { Subject } from '../subjects/subject.ts';
import { complete } from './complete.ts';
import { startPlayback } from './playback.ts';
import { compareWays, type Ports } from './forwarded-ways.ts';
import { readsMeanwhile } from './reads-meanwhile.ts';
import { staged } from './staged.ts';

const SIZE = SIZES.medium;
const BAR = 0.5;

export const forwarding: Section = {
  name: 'forwarding',
  title: 'Heartbeats through Eurek8s to a legacy',
  about:
    'A stock server of the current generation with 10,000 instances on the one core, with the load; Eurek8s in front of it on the other (quick mode: a server that answers every heartbeat with 200). The same heartbeats go to the stock server directly and through Eurek8s, in turns, each connection sending its next one when the last is answered. Then reads at a modest rate (full JSON gzip), in quiet and while 16 connections send heartbeats through Eurek8s as fast as they are answered.',
  run: async (bench) =>
    staged(async (keep) => {
      const dir = join(bench.workDir, 'forwarding');
      const legacy = bench.quick
        ? keep(await startPlayback({ size: SIZE, dir })).eureka
        : `${keep(await filledStock(bench, dir)).url}/eureka`;
      const config = { legacy: { urls: [legacy] } };
      const eurek8s = keep(await startEurek8s({ program: bench.program, dir, config, until: 'ready' }));
      await complete(eurek8s.url, SIZE);

      const ports: Ports = { direct: Number(new URL(legacy).port), through: eurek8s.port };
      const rows: (readonly string[])[] = [];
      let added: readonly number[] = [];
      for (const connections of [1, 16]) {
        const ways = await compareWays(bench, ports, { size: SIZE, connections });
        rows.push(...ways.rows);
        if (connections === 1) added = ways.addedP50;
      }
      const columns = ['connections', 'way', 'p50', 'p99', 'a second', 'added p50', 'added p99'];
      return {
        tables: [{ title: 'Heartbeats', columns, rows }, await readsMeanwhile(bench, eurek8s.port, SIZE)],
        verdicts: [
          {
            what: 'forwarded heartbeat, added latency p50 against direct, one connection',
            value: median(added),
            unit: 'ms',
            bar: BAR,
            sense: 'at most',
            spread: `${range(added)} ms`,
          },
        ],
      };
    }),
};

async function filledStock(bench: Bench, dir: string): Promise<Subject> {
  bench.say('forwarding: a stock server with 10,000 instances');
  const progress = (line: string): void => bench.say(line);
  const stock = await startStock({ generation: 'current', freshness: 'fresh', dir, core: CORES.load, progress });
  await registerAll(stock.url, registrations(SIZE));
  return stock;
}
