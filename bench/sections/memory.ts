import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applicationName, registrations, type RegistrySize } from '../data/registry.ts';
import { READS } from '../data/operations.ts';
import { ask, drain, JSON_GZIP, sixteenAtOnce } from '../load/ask.ts';
import { registerAll } from '../load/register.ts';
import { rightAnswer } from '../load/right-answer.ts';
import { residentBytes } from '../machine.ts';
import { memoryMb } from '../report/text.ts';
import type { Bench, Section } from '../section.ts';
import { startEurek8s, STANDALONE } from '../servers/eurek8s.ts';
import { startPlayback } from '../servers/playback.ts';
import { stage } from '../servers/server.ts';
import type { Verdict } from '../verdict.ts';

/** The largest resident memory in MB, by the number of instances. */
const BARS: Readonly<Record<string, number>> = { '600': 130, '10,000': 230, '100,000': 700 };

/** The variants that a fleet of mixed clients asks for. Identity XML is left out: no known client asks for it. */
const VARIANTS: readonly Readonly<Record<string, string>>[] = [
  ...['application/json', 'application/xml'].flatMap((accept) =>
    ['full', 'compact'].map((detail) => ({ accept, 'accept-encoding': 'gzip', 'x-eureka-accept': detail })),
  ),
  { accept: 'application/json', 'accept-encoding': 'identity' },
];

const SOURCES = ['a legacy', 'its own leases'] as const;

export const memory: Section = {
  name: 'memory',
  title: 'Resident memory after load',
  about:
    'The process has the whole registry, has answered every variant of the full answer that clients ask for (JSON and XML, full and compact, gzip; JSON identity) and thousands of further reads, and is at rest. It is loaded once from a legacy and once by registrations at its own registry; the bar is for the larger of the two (quick mode: only from a legacy).',
  run: async (bench) => {
    const rows: (readonly string[])[] = [];
    const verdicts: Verdict[] = [];
    for (const size of bench.sizes) {
      let largest = 0;
      for (const from of bench.quick ? SOURCES.slice(0, 1) : SOURCES) {
        bench.say(`memory: ${size.name} instances from ${from}`);
        const { resident, peak } = await residentAfterLoad(bench, size, from);
        largest = Math.max(largest, resident);
        rows.push([size.name, from, `${memoryMb(resident)} MB`, `${memoryMb(peak)} MB`]);
      }
      verdicts.push({
        what: `resident memory after load, ${size.name} instances`,
        samples: [memoryMb(largest)],
        unit: 'MB',
        bar: BARS[size.name] ?? Number.NaN,
        sense: 'at most',
      });
    }
    const columns = ['instances', 'loaded from', 'resident memory', 'most it ever had'];
    return { tables: [{ title: 'Memory of Eurek8s', columns, rows }], verdicts };
  },
};

async function residentAfterLoad(
  { quick, workDir, program }: Bench,
  size: RegistrySize,
  from: (typeof SOURCES)[number],
): Promise<{ readonly resident: number; readonly peak: number }> {
  return stage(async (keep) => {
    const dir = join(workDir, `memory-${size.applications}`);
    const legacy = from === 'a legacy' ? await keep(startPlayback(size)) : undefined;
    const config = legacy === undefined ? STANDALONE : { legacy: { urls: [legacy.eureka] } };
    const { url, pid } = await keep(startEurek8s({ program, dir, config }));
    if (legacy === undefined) await registerAll(url, registrations(size));
    await rightAnswer(url, READS.fullJsonGzip, size);
    for (const headers of VARIANTS) await drain(`${url}/eureka/apps`, { headers });
    await furtherReads(url, size, quick ? 600 : 3_000);
    // The garbage of the load is collected some time after the process is at rest.
    await sleep(quick ? 1_000 : 10_000);
    return { resident: residentBytes(pid), peak: residentBytes(pid, 'peak') };
  });
}

async function furtherReads(url: string, size: RegistrySize, count: number): Promise<void> {
  const targets = Array.from({ length: count }, (_, i) => {
    const app = applicationName((i * 7919) % size.applications);
    return ['apps/delta', `apps/${app}`, `vips/${app.toLowerCase()}`][i % 3];
  });
  await sixteenAtOnce(targets, (target, agent) => ask(`${url}/eureka/${target}`, { headers: JSON_GZIP, agent }));
}
