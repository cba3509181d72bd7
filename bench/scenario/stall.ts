import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/testbed/until.ts';
import { instanceCount } from '../data/registry.ts';
import { ask } from '../load/ask.ts';
import type { Bench, RegistrySize, Section, Verdict } from '../section.ts';
import { complete } from './complete.ts';
import { drain } from './drain.ts';
import { startHealthzWatch, type HealthzWatch } from './healthz-watch.ts';
import type { WatchReading } from './load/healthz-watch.ts';
import { startPlayback } from './playback.ts';
import { startProbed, type Probe } from './probed.ts';
import type { ProbeReading } from './probe.ts';
import { ms } from './quantity.ts';
import { staged } from './staged.ts';

const BAR = 25;
const CHANGES_PER_SECOND = 50;
const READERS = 3;

const VARIANTS = ['application/json', 'application/xml'].flatMap((accept) =>
  ['full', 'compact'].flatMap((detail) =>
    ['gzip', 'identity'].map((coding) => ({ accept, 'accept-encoding': coding, 'x-eureka-accept': detail })),
  ),
);

interface Phase {
  readonly name: string;
  readonly inside: ProbeReading;
  readonly outside: WatchReading;
}

export const stall: Section = {
  name: 'stall',
  title: 'Longest stall of the event loop',
  about: `While the registry is loaded from a legacy (the process runs already and then finds the legacy answering), while every full variant is made for the first time, and while ${CHANGES_PER_SECOND} instances a second change and three clients fetch everything again and again (JSON full and compact, XML). From inside by a timer of one millisecond, and of that the CPU time of the loop's thread: what is more than that is the core doing something else. From outside by \`GET /healthz\` every 2 ms over one connection.`,
  run: async (bench) => {
    const size = bench.sizes.at(-1);
    if (size === undefined) throw new Error('no registry to load');
    const phases = await phasesOf(bench, size);
    const columns = ['phase', 'inside', 'of which CPU', 'longest garbage collection', 'outside'];
    const rows = phases.map(({ name, inside, outside }) => [
      name,
      ms(inside.stallMs),
      ms(inside.busyMs),
      ms(inside.longestGcMs),
      ms(outside.worstMs),
    ]);
    return {
      tables: [{ title: `Stalls, ${size.name} instances`, columns, rows }],
      verdicts: [
        verdict(
          `longest stall of the event loop, ${size.name} instances, load included`,
          phases.map(({ inside }) => inside.stallMs),
          `CPU: ${ms(Math.max(...phases.map(({ inside }) => inside.busyMs)))}`,
        ),
        verdict(
          `longest answer of /healthz meanwhile, ${size.name} instances`,
          phases.map(({ outside }) => outside.worstMs),
        ),
      ],
    };
  },
};

async function phasesOf(bench: Bench, size: RegistrySize): Promise<readonly Phase[]> {
  return staged(async (keep) => {
    const dir = join(bench.workDir, 'stall');
    bench.say(`stall: a legacy with ${size.name} instances`);
    const legacy = keep(await startPlayback({ size, dir, begin: 'closed' }));
    const config = { legacy: { urls: [legacy.eureka], pollInterval: '1s' } };
    const { probe, ...eurek8s } = keep(await startProbed({ program: bench.program, dir, config }));
    const watch = keep(await startHealthzWatch({ port: eurek8s.port, dir }));
    // The program's own start, and what the first requests compile, are no part of it.
    await sleep(500);

    const phase = async (name: string, work: () => Promise<void>): Promise<Phase> => {
      bench.say(`stall: ${name}`);
      await begin(probe, watch);
      await work();
      return { name, inside: await probe.reset(), outside: await watch.read() };
    };
    const loading = await phase(`load of ${instanceCount(size).toLocaleString('en')} instances`, async () => {
      await legacy.open();
      await until('the registry is loaded', async () => (await ask(`${eurek8s.url}/readyz`)).status === 200, {
        timeoutMs: 120_000,
      });
    });
    const first = await phase('first answer in each variant', async () => {
      for (const headers of VARIANTS) await drain(`${eurek8s.url}/eureka/apps`, headers);
    });
    await complete(eurek8s.url, size);
    const changing = await phase(`${CHANGES_PER_SECOND} changes a second`, async () => {
      await legacy.changesPerSecond(CHANGES_PER_SECOND);
      const end = performance.now() + (bench.quick ? 3_000 : 20_000);
      const reader = async (headers: Readonly<Record<string, string>>): Promise<void> => {
        while (performance.now() < end) {
          await drain(`${eurek8s.url}/eureka/apps`, headers);
          await sleep(50);
        }
      };
      await Promise.all(
        VARIANTS.filter((each) => each['accept-encoding'] === 'gzip')
          .slice(0, READERS)
          .map(reader),
      );
      await legacy.changesPerSecond(0);
    });
    return [loading, first, changing];
  });
}

async function begin(probe: Probe, watch: HealthzWatch): Promise<void> {
  await watch.read();
  await probe.reset();
}

function verdict(what: string, values: readonly number[], spread?: string): Verdict {
  const value = Math.max(...values);
  return { what, value, unit: 'ms', bar: BAR, sense: 'at most', ...(spread !== undefined && { spread }) };
}
