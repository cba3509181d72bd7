import { join } from 'node:path';
import { until } from '../../test/testbed/until.ts';
import { registrations, SIZES } from '../data/registry.ts';
import { ask } from '../load/ask.ts';
import { registerAll } from '../load/register.ts';
import { CORES } from '../pin.ts';
import type { Bench, Section, Verdict } from '../section.ts';
import { median } from '../statistics.ts';
import { startEurek8s, STANDALONE } from '../subjects/eurek8s.ts';
import { startStock, stockName } from '../subjects/stock.ts';
import type { Subject } from '../subjects/subject.ts';
import { complete, JSON_GZIP } from './complete.ts';
import { startPlayback } from './playback.ts';
import { rangeOfSeconds, seconds } from './quantity.ts';
import { staged, type Keep } from './staged.ts';

const SIZE = SIZES.medium;
const GENERATION = 'current';
const STOCK_STARTS = 3;
/** Answers are asked for so often while a process starts, milliseconds. */
const EVERY = 5;

export const start: Section = {
  name: 'start',
  title: 'From process start to the first complete answer',
  about:
    'The time from starting the process until `GET /eureka/apps` is answered with the whole registry (JSON, gzip). The legacy is a stock server of the current generation with 10,000 instances (quick mode: a server that sends the bytes such a one would). Beside it both servers with an empty registry; a stock server counts as started when it answers at all.',
  run: async (bench) =>
    staged(async (keep) => {
      const stock: number[] = [];
      const legacy = bench.quick
        ? (await startPlayback({ size: SIZE, dir: join(bench.workDir, 'start') }).then(keep)).eureka
        : `${(await filledStock(bench, keep, stock)).url}/eureka`;
      const empty: number[] = [];
      const full: number[] = [];
      const rounds = bench.quick ? 3 : Math.max(5, bench.rounds);
      for (let round = 0; round < rounds; round++) {
        bench.say(`start: round ${round + 1} of ${rounds}`);
        empty.push(await startOnce(bench, STANDALONE, 'empty'));
        full.push(await startOnce(bench, { legacy: { urls: [legacy] } }, 'full'));
      }
      const row = (server: string, registry: string, times: readonly number[]) =>
        times.length === 0 ? [] : [[server, registry, seconds(median(times)), rangeOfSeconds(times)]];
      return {
        tables: [
          {
            title: 'Start',
            columns: ['server', 'registry', 'median', 'spread'],
            rows: [
              ...row(stockName(GENERATION, 'fresh'), 'empty', stock),
              ...row('Eurek8s', 'empty, of its own', empty),
              ...row('Eurek8s', '10,000 instances at the legacy', full),
            ],
          },
        ],
        verdicts: [verdictOf(full)],
      };
    }),
};

/** The times of its starts are noted, the last one is filled and stays. */
async function filledStock(bench: Bench, keep: Keep, times: number[]): Promise<Subject> {
  for (;;) {
    bench.say(`start: stock Eureka, ${times.length + 1} of ${STOCK_STARTS}`);
    const dir = join(bench.workDir, `start-stock-${times.length}`);
    const progress = (line: string): void => bench.say(line);
    const startedAt = performance.now();
    // On the other core: what it does for us as the legacy is not our work.
    const stock = await startStock({ generation: GENERATION, freshness: 'fresh', dir, core: CORES.load, progress });
    times.push(performance.now() - startedAt);
    if (times.length < STOCK_STARTS) {
      await stock.stop();
      continue;
    }
    keep(stock);
    bench.say('start: registering 10,000 instances at the stock server');
    await registerAll(stock.url, registrations(SIZE));
    await complete(stock.url, SIZE);
    return stock;
  }
}

/** Milliseconds from starting the process to the end of the first answer with everything in it. */
async function startOnce(
  bench: Bench,
  config: Readonly<Record<string, unknown>>,
  registry: 'empty' | 'full',
): Promise<number> {
  const dir = join(bench.workDir, `start-${registry}`);
  const startedAt = performance.now();
  const eurek8s = await startEurek8s({ program: bench.program, dir, config, until: 'start' });
  try {
    const asked = async (): Promise<boolean> =>
      (await ask(`${eurek8s.url}/eureka/apps`, { headers: JSON_GZIP })).status === 200;
    await until('the first answer', asked, { everyMs: EVERY, timeoutMs: 60_000 });
    const tookMs = performance.now() - startedAt;
    // Afterwards, as it takes time itself.
    if (registry === 'full') await complete(eurek8s.url, SIZE);
    return tookMs;
  } finally {
    await eurek8s.stop();
  }
}

function verdictOf(times: readonly number[]): Verdict {
  return {
    what: 'process start to first complete answer, legacy with 10,000 instances',
    value: median(times) / 1000,
    unit: 's',
    bar: 1.5,
    sense: 'at most',
    spread: rangeOfSeconds(times),
  };
}
