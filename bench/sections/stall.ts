import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/testbed/until.ts';
import type { RegistrySize } from '../data/registry.ts';
import { ask, drain } from '../load/ask.ts';
import type { Timed } from '../measure/compare.ts';
import { ms } from '../report/text.ts';
import type { Bench, Section } from '../section.ts';
import type { InsideReading } from '../servers/inside.ts';
import { startPlayback } from '../servers/playback.ts';
import { stage } from '../servers/server.ts';
import { startWatched } from '../servers/watched.ts';

const BAR_MS = 25;
const CHANGES_PER_SECOND = 50;

const VARIANTS = ['application/json', 'application/xml'].flatMap((accept) =>
  ['full', 'compact'].flatMap((detail) =>
    ['gzip', 'identity'].map((coding) => ({ accept, 'accept-encoding': coding, 'x-eureka-accept': detail })),
  ),
);
/** JSON full and compact, XML. */
const READERS = VARIANTS.filter((each) => each['accept-encoding'] === 'gzip').slice(0, 3);

interface Phase extends InsideReading {
  readonly name: string;
}

export const stall: Section = {
  name: 'stall',
  title: 'Longest stall of the event loop',
  about: `Three phases: the registry is loaded from a legacy (which begins to answer when the process runs already); every variant of the full answer is made for the first time; ${CHANGES_PER_SECOND} instances a second change while three clients fetch everything again and again (JSON full and compact, XML). Stalls are measured by a timer of one millisecond inside the process. Beside them is the most CPU time that the thread of the loop used at a stretch: where a stall is longer, the core worked for other processes.`,
  run: async (bench) => {
    const size = bench.sizes.at(-1);
    if (size === undefined) throw new Error('no registry to load');
    const phases = await stalls(bench, bench.program, size);
    const { time, cpu } = longestOf(phases);
    return {
      tables: [
        {
          title: `Stalls, ${size.name} instances`,
          columns: ['phase', 'stall', 'of which CPU', 'longest garbage collection'],
          rows: phases.map(({ name, stallMs, busyMs, longestGcMs }) => [
            name,
            ...[stallMs, busyMs, longestGcMs].map(ms),
          ]),
        },
      ],
      verdicts: [
        {
          what: `longest stall of the event loop, ${size.name} instances, load included`,
          samples: [time],
          unit: 'ms',
          bar: BAR_MS,
          sense: 'at most',
          remark: `CPU: ${ms(cpu)}`,
        },
      ],
    };
  },
};

export async function stalls(bench: Bench, program: string, size: RegistrySize): Promise<readonly Phase[]> {
  return stage(async (keep) => {
    const legacy = await keep(startPlayback(size, 'closed'));
    const config = { legacy: { urls: [legacy.eureka], pollInterval: '1s' } };
    const server = await keep(startWatched({ program, dir: mkdtempSync(join(bench.workDir, 'stall-')), config }));
    // The start of the program, and what the first requests compile, are not measured.
    await sleep(500);
    const phase = async (name: string, work: () => Promise<void>): Promise<Phase> => {
      bench.say(`stall: ${name}`);
      await server.read();
      await work();
      return { name, ...(await server.read()) };
    };
    const apps = `${server.url}/eureka/apps`;
    const loading = await phase(`load of ${size.name} instances`, async () => {
      legacy.open();
      const isReady = async (): Promise<boolean> => (await ask(`${server.url}/readyz`)).status === 200;
      await until('the registry is loaded', isReady, { timeoutMs: 120_000 });
    });
    const first = await phase('first answer in each variant', async () => {
      for (const headers of VARIANTS) await drain(apps, { headers });
    });
    const changing = await phase(`${CHANGES_PER_SECOND} changes a second`, async () => {
      legacy.changesPerSecond(CHANGES_PER_SECOND);
      const end = performance.now() + (bench.quick ? 3_000 : 20_000);
      const reader = async (headers: Readonly<Record<string, string>>): Promise<void> => {
        for (; performance.now() < end; await sleep(50)) await drain(apps, { headers });
      };
      await Promise.all(READERS.map(reader));
    });
    return [loading, first, changing];
  });
}

/** The longest stall, and the longest in CPU time of the event loop. Milliseconds. */
export function longestOf(phases: readonly Phase[]): Timed {
  return {
    time: Math.max(...phases.map(({ stallMs }) => stallMs)),
    cpu: Math.max(...phases.map(({ busyMs }) => busyMs)),
  };
}
