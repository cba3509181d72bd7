import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakResidentBytes, residentBytes } from '../cpu.ts';
import { applicationName, registrations } from '../data/registry.ts';
import { ask, keptConnections } from '../load/ask.ts';
import { registerAll } from '../load/register.ts';
import { memoryMb } from '../report/numbers.ts';
import type { Bench, RegistrySize, Section, SectionResult, Verdict } from '../section.ts';
import { startEurek8s, STANDALONE, type Eurek8s } from '../subjects/eurek8s.ts';
import { complete } from './complete.ts';
import { drain } from './drain.ts';
import { startPlayback } from './playback.ts';
import { staged } from './staged.ts';

/** MB, by the number of instances. */
const BARS: Readonly<Record<string, number>> = { '600': 130, '10,000': 230, '100,000': 700 };

/** Everything a fleet of mixed clients asks for. Identity XML is left out: no known client asks for it. */
const VARIANTS: readonly Readonly<Record<string, string>>[] = [
  ...['application/json', 'application/xml'].flatMap((accept) =>
    ['full', 'compact'].map((detail) => ({ accept, 'accept-encoding': 'gzip', 'x-eureka-accept': detail })),
  ),
  { accept: 'application/json', 'accept-encoding': 'identity' },
];

interface Measured {
  readonly size: RegistrySize;
  readonly from: 'a legacy' | 'its own leases';
  readonly resident: number;
  readonly peak: number;
}

export const memory: Section = {
  name: 'memory',
  title: 'Resident memory after load',
  about:
    'The process has the whole registry, has answered every full variant that clients ask for (JSON and XML, full and compact, gzip; JSON identity) and thousands of further reads, and is at rest. Loaded once from a legacy and once by registrations at its own registry; the bar is on the larger of the two (quick mode: a legacy alone).',
  run: async (bench) => {
    const all: Measured[] = [];
    for (const size of bench.sizes) {
      all.push(await fromLegacy(bench, size));
      if (!bench.quick) all.push(await fromRegistrations(bench, size));
    }
    return resultOf(all);
  },
};

async function fromLegacy(bench: Bench, size: RegistrySize): Promise<Measured> {
  bench.say(`memory: ${size.name} instances from a legacy`);
  return staged(async (keep) => {
    const dir = join(bench.workDir, `memory-legacy-${size.applications}`);
    const legacy = keep(await startPlayback({ size, dir }));
    const config = { legacy: { urls: [legacy.eureka] } };
    const eurek8s = keep(await startEurek8s({ program: bench.program, dir, config }));
    return { from: 'a legacy', ...(await afterLoad(bench, eurek8s, size)) };
  });
}

async function fromRegistrations(bench: Bench, size: RegistrySize): Promise<Measured> {
  bench.say(`memory: ${size.name} instances registered`);
  return staged(async (keep) => {
    const dir = join(bench.workDir, `memory-leases-${size.applications}`);
    const eurek8s = keep(await startEurek8s({ program: bench.program, dir, config: STANDALONE }));
    await registerAll(eurek8s.url, registrations(size));
    return { from: 'its own leases', ...(await afterLoad(bench, eurek8s, size)) };
  });
}

async function afterLoad(bench: Bench, { url, pid }: Eurek8s, size: RegistrySize): Promise<Omit<Measured, 'from'>> {
  await complete(url, size);
  for (const headers of VARIANTS) await drain(`${url}/eureka/apps`, headers);
  await furtherReads(url, size, bench.quick ? 600 : 3_000);
  // Garbage of the load goes when the process is at rest, and not at once.
  await sleep(bench.quick ? 1_000 : 10_000);
  return { size, resident: residentBytes(pid), peak: peakResidentBytes(pid) };
}

async function furtherReads(url: string, size: RegistrySize, count: number): Promise<void> {
  const agent = keptConnections(16);
  const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
  const targets = Array.from({ length: count }, (_, i) => {
    const app = applicationName((i * 7919) % size.applications);
    return ['apps/delta', `apps/${app}`, `vips/${app.toLowerCase()}`][i % 3];
  });
  const queue = targets.values();
  const worker = async (): Promise<void> => {
    for (const target of queue) await ask(`${url}/eureka/${target}`, { headers, agent });
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  agent.destroy();
}

function resultOf(all: readonly Measured[]): SectionResult {
  const rows = all.map(({ size, from, resident, peak }) => [
    size.name,
    from,
    `${memoryMb(resident)} MB`,
    `${memoryMb(peak)} MB`,
  ]);
  const verdicts = [...new Set(all.map(({ size }) => size))].map((size): Verdict => {
    const larger = all.filter((one) => one.size === size).toSorted((a, b) => b.resident - a.resident)[0];
    return {
      what: `resident memory after load, ${size.name} instances (from ${larger?.from})`,
      value: memoryMb(larger?.resident ?? Number.NaN),
      unit: 'MB',
      bar: BARS[size.name] ?? Number.NaN,
      sense: 'at most',
    };
  });
  const columns = ['instances', 'loaded from', 'resident memory', 'most it ever had'];
  return { tables: [{ title: 'Memory of Eurek8s', columns, rows }], verdicts };
}
