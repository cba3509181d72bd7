import { setTimeout as sleep } from 'node:timers/promises';
import { registration, SIZES } from '../data/registry.ts';
import { keptConnections } from '../load/ask.ts';
import { register } from '../load/register.ts';
import { measureRead } from '../measure-read.ts';
import { startLineup, warmUpJava, type Lineup, type Wanted } from '../lineup.ts';
import { measuredTable, type Measured } from '../measured.ts';
import { memoryTable, residentOf, type Resident } from '../memory.ts';
import { READS, SAMPLE_APPLICATION, type ReadName } from '../operations.ts';
import type { Bench, RegistrySize, Section } from '../section.ts';
import { readVerdicts } from './read-bars.ts';

/** The longest any server keeps a change in its delta (stock 3 min, Eurek8s 5 min), and the caches of it. */
const DELTA_EMPTY_AFTER_MS = 310_000;

/** First what must be measured while everything that was registered is still recent. */
const AT_ONCE: readonly ReadName[] = [
  'deltaEverything',
  'fullJsonGzip',
  'fullJsonIdentity',
  'fullXmlGzip',
  'application',
  'vip',
];

interface SizeResult {
  readonly lineup: Lineup;
  readonly measured: Measured[];
  resident: readonly Resident[];
}

export const readsSection: Section = {
  name: 'reads',
  title: 'Reads',
  about:
    'The same registrations at each server, 16 connections, no changes meanwhile. Raw is node:http on the same core ' +
    'sending the bytes and headers of the answer of Eurek8s, which is as fast as the platform goes.',
  run: async (bench) => {
    const results: SizeResult[] = [];
    try {
      for (const size of bench.sizes) results.push(await measureAtOnce(bench, size));
      if (!bench.quick) for (const result of results) await measureQuietDeltas(bench, result);
      for (const result of results) result.resident = residentOf(result.lineup);
    } finally {
      for (const { lineup } of results) await lineup.stop();
    }
    return {
      tables: [
        ...results.map(({ lineup, measured }) => measuredTable(`${lineup.size.name} instances`, measured)),
        memoryTable(results.flatMap(({ resident }) => resident)),
      ],
      verdicts: results.flatMap(({ lineup, measured }) => readVerdicts(lineup.size, measured)),
      notes: results.flatMap(({ lineup }) =>
        lineup.absent.map(({ name, reason }) => `${lineup.size.name} instances, ${name}: not measured (${reason}).`),
      ),
    };
  },
};

async function measureAtOnce(bench: Bench, size: RegistrySize): Promise<SizeResult> {
  const lineup = await startLineup(bench, 'reads', size, wantedAt(bench, size));
  const measured: Measured[] = [];
  try {
    await warmUpJava(bench, lineup);
    for (const name of operationsAt(bench, size)) measured.push(await measureRead(bench, lineup, READS[name]));
  } catch (error) {
    await lineup.stop();
    throw error;
  }
  return { lineup, measured, resident: [] };
}

/** Deltas as they are all day: with nothing in them, or with what has just changed. */
async function measureQuietDeltas(bench: Bench, { lineup, measured }: SizeResult): Promise<void> {
  const waitMs = lineup.loadedAt + DELTA_EMPTY_AFTER_MS - performance.now();
  if (waitMs > 0) {
    bench.say(`reads, ${lineup.size.name}: waiting ${Math.round(waitMs / 1000)} s until all deltas are empty`);
    await sleep(waitMs);
  }
  measured.push(await measureRead(bench, lineup, READS.deltaEmpty));
  const agent = keptConnections(1);
  for (const { url } of lineup.subjects)
    await register(url, registration(lineup.size, SAMPLE_APPLICATION, 0, { marker: 'changed' }), agent);
  agent.destroy();
  measured.push(await measureRead(bench, lineup, READS.deltaOne));
}

/** Both generations where the bars are; Java is slow to start, load and warm, so the quick mode has one of them once. */
function wantedAt({ quick }: Bench, size: RegistrySize): readonly Wanted[] {
  const hoxton = { kind: 'stock', generation: 'hoxton', freshness: 'production' } as const;
  const current = { kind: 'stock', generation: 'current', freshness: 'production' } as const;
  const eurek8s = { kind: 'eurek8s' } as const;
  if (!quick) return [hoxton, current, eurek8s];
  return size === SIZES.medium ? [hoxton, eurek8s] : [eurek8s];
}

function operationsAt({ quick }: Bench, size: RegistrySize): readonly ReadName[] {
  if (!quick) return AT_ONCE;
  return size === SIZES.medium ? ['deltaEverything', 'fullJsonGzip', 'application'] : ['fullJsonGzip'];
}
