import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK_FACTOR } from './fast-clock.ts';
import type { Bench, Section, SectionResult } from '../section.ts';
import { STANDALONE } from '../subjects/eurek8s.ts';
import { growth, type HeapPoint } from './heap-growth.ts';
import type { ChurnInput, ChurnResult } from './load/churn.ts';
import { measure } from './measure.ts';
import { startProbed, type Probe } from './probed.ts';
import { staged } from './staged.ts';

const HOURS = 24;
/** A day in three minutes. */
const FACTOR = 480;
/** Caches fill up to their limits, code is compiled, and windows of time are full for the first time. */
const WARM_UP_HOURS = 8;
/** MB in a day: what would be noticed within a month. */
const BAR = 2;
const MB = 1024 * 1024;

export const leak: Section = {
  name: 'leak',
  title: 'A day of change: does memory grow?',
  about: `The clock of the process goes ${FACTOR} times as fast, so that all leases, windows and timers keep their proportions. A hundred instances stay and renew every 30 s; every 3 s another one comes, with an id, an application and a vip never seen before, is changed, read in several formats, and cancelled, or (one in ten) left to expire. Everything is read in all variants every 10 minutes. Each hour garbage is collected and the heap measured; the verdict is the line through the hours after the ${WARM_UP_HOURS}th.`,
  run: async (bench) => {
    if (bench.quick) return { tables: [], verdicts: [], notes: ['left out of quick mode: a day takes three minutes'] };
    return staged(async (keep) => {
      const dir = join(bench.workDir, 'leak');
      const preload = [join(import.meta.dirname, 'fast-clock.ts')];
      const env = { [CLOCK_FACTOR]: `${FACTOR}` };
      const { probe, ...eurek8s } = keep(
        await startProbed({ program: bench.program, dir, config: STANDALONE, env }, preload),
      );
      const input: ChurnInput = { port: eurek8s.port, factor: FACTOR, hours: HOURS };
      const [churn, points] = await Promise.all([
        measure('churn', input, { timeoutMs: 400_000 }),
        heapByTheHour(bench, probe),
      ]);
      if (churn.refused > 0) throw new Error(`${churn.refused} of ${churn.requests} requests were refused`);
      return resultOf(churn, points);
    });
  },
};

async function heapByTheHour(bench: Bench, probe: Probe): Promise<readonly HeapPoint[]> {
  const points: HeapPoint[] = [];
  const startedAt = performance.now();
  const hourMs = 3_600_000 / FACTOR;
  // The last hour is measured a little early: the load ends with it.
  for (let hour = 1; hour <= HOURS; hour++) {
    await sleep(Math.max(0, startedAt + (hour - 0.05) * hourMs - performance.now()));
    const { heapUsed, external, resident } = await probe.collected();
    points.push({ hour, heapUsed, external, resident });
    if (hour % 4 === 0) bench.say(`leak: hour ${hour} of ${HOURS}, ${(heapUsed / MB).toFixed(1)} MB of heap`);
  }
  return points;
}

function resultOf(churn: ChurnResult, points: readonly HeapPoint[]): SectionResult {
  const after = points.filter(({ hour }) => hour > WARM_UP_HOURS);
  const heap = growth(after, ({ heapUsed }) => heapUsed);
  const outside = growth(after, ({ external }) => external);
  const mb = (bytes: number): string => (bytes / MB).toFixed(1);
  const shown = points.filter(({ hour }) => hour === 1 || hour % 4 === 0);
  return {
    tables: [
      {
        title: 'Memory by the hour, after collection (MB)',
        columns: ['hour', 'heap', 'buffers', 'resident'],
        rows: shown.map(({ hour, heapUsed, external, resident }) => [
          `${hour}`,
          mb(heapUsed),
          mb(external),
          mb(resident),
        ]),
      },
    ],
    verdicts: [
      {
        what: `heap growth in a day of ${churn.instances.toLocaleString('en')} instances that came and went`,
        value: heap.bytesPerDay / MB,
        unit: 'MB',
        bar: BAR,
        sense: 'at most',
        spread: `r² ${heap.rSquared.toFixed(2)}`,
      },
    ],
    notes: [
      `${churn.requests.toLocaleString('en')} requests; ${churn.broken} connections were closed by the server, for which its clock is too fast.`,
      `Buffers outside the heap: ${(outside.bytesPerDay / MB).toFixed(1)} MB a day after the warm-up.`,
    ],
  };
}
