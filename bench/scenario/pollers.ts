import { join } from 'node:path';
import { until } from '../../test/testbed/until.ts';
import { instanceCount, SIZES } from '../data/registry.ts';
import { ask } from '../load/ask.ts';
import { figure } from '../report/numbers.ts';
import type { Bench, Section, Table } from '../section.ts';
import { startEurek8s } from '../subjects/eurek8s.ts';
import { complete, JSON_GZIP } from './complete.ts';
import { crowdTable, growingCrowds } from './crowds.ts';
import { BUSY, predictedPer1000 } from './fleet-arithmetic.ts';
import { fleetTable } from './fleet-table.ts';
import { fitLine, type LineFit } from './line-fit.ts';
import { startPlayback } from './playback.ts';
import { requestCosts, weighChange, type Cost, type Costs } from './poller-costs.ts';
import { percent } from './quantity.ts';
import { staged } from './staged.ts';

const SIZE = SIZES.medium;
/** Our delta goes back 300 s, and is looked through every 30 s. */
const EVERYDAY_LIMIT_MS = 360_000;
/** The changes of five minutes weigh a few kilobytes, the whole registry hundreds. */
const EVERYDAY_BYTES = 50_000;

export const pollers: Section = {
  name: 'pollers',
  title: 'Clients per core',
  about:
    'Clients as real ones: each has a connection of its own, fetches everything once, then every interval the delta, checks the hash code, and sends a heartbeat, which is forwarded to a legacy. One instance of 10,000 changes every second. The clients poll more often than every 30 s and count for as many as would ask as much. A line through the CPU at several sizes is compared with what the cost of one delta and one heartbeat, each measured alone and one after the other, predicts.',
  run: async (bench) =>
    staged(async (keep) => {
      const dir = join(bench.workDir, 'pollers');
      const legacy = keep(await startPlayback({ size: SIZE, dir }));
      const config = { legacy: { urls: [legacy.eureka], pollInterval: '1s' } };
      const eurek8s = keep(await startEurek8s({ program: bench.program, dir, config }));
      await complete(eurek8s.url, SIZE);
      if (!bench.quick) await everydayDelta(bench, eurek8s.url);
      const costs = await requestCosts(bench, eurek8s, SIZE);
      await legacy.changesPerSecond(1);
      const { idle, crowds, note } = await growingCrowds(bench, eurek8s, SIZE);
      const bytesPerChange = await weighChange(eurek8s.url, legacy);
      const line = fitLine([
        { x: 0, y: idle },
        ...crowds.map(({ standsFor, share }) => ({ x: standsFor / 1000, y: share })),
      ]);
      const predicted = predictedPer1000(costs);
      const factor = line.slope / predicted;
      const fullBytesPerInstance = costs.full.bytes / instanceCount(SIZE);
      return {
        tables: [
          crowdTable(crowds),
          lineTable(costs, line, predicted),
          fleetTable({ costs, bytesPerChange, factor: Math.max(1, factor), fullBytesPerInstance }),
        ],
        verdicts: [
          { what: 'CPU by clients: r² of a line', value: line.rSquared, unit: '', bar: 0.98, sense: 'at least' },
          {
            what: 'CPU per 1,000 clients: simulation against arithmetic',
            value: factor,
            unit: '×',
            bar: 1.5,
            sense: 'at most',
          },
        ],
        ...(note !== undefined && { notes: [note] }),
      };
    }),
};

/**
 * Until what was loaded at the start is no longer recent: as long as every delta has the whole registry in it, the clients
 * are busy reading those, and what is measured is a fleet in the first minutes of its server.
 */
async function everydayDelta(bench: Bench, url: string): Promise<void> {
  bench.say(`pollers: waiting up to ${EVERYDAY_LIMIT_MS / 1000} s until the delta is one of every day`);
  const isEveryday = async (): Promise<boolean> =>
    (await ask(`${url}/eureka/apps/delta`, { headers: JSON_GZIP })).body.length <= EVERYDAY_BYTES;
  await until('what was loaded at the start leaves the delta', isEveryday, {
    timeoutMs: EVERYDAY_LIMIT_MS,
    everyMs: 1000,
  });
}

function lineTable({ full, delta, heartbeat }: Costs, line: LineFit, predicted: number): Table {
  const { slope, intercept, rSquared } = line;
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
