import { setTimeout as sleep } from 'node:timers/promises';
import { registration, SIZES } from '../data/registry.ts';
import { absenceNotes, type Lineup } from '../lineup.ts';
import type { Lineups } from '../lineups.ts';
import { keptConnections } from '../load/ask.ts';
import { register } from '../load/register.ts';
import { measureRead } from '../measure-read.ts';
import { measuredTable, type Measured } from '../measured.ts';
import { memoryTable, residentOf, type Resident } from '../memory.ts';
import { READS, SAMPLE_APPLICATION, type ReadName } from '../operations.ts';
import type { Bench, RegistrySize, Section } from '../section.ts';
import { readVerdicts } from './read-bars.ts';

/** The longest any server keeps a change in its delta (stock 3 min, Eurek8s 5 min), and the caches of it. */
const DELTA_EMPTY_AFTER_MS = 310_000;

interface SizeResult {
  readonly lineup: Lineup;
  readonly measured: Measured[];
  resident: readonly Resident[];
}

export function readsSection(lineups: Lineups): Section {
  return {
    name: 'reads',
    title: 'Reads',
    about:
      'The same registrations at each server, 16 connections, no changes meanwhile. Raw is node:http on the same core ' +
      'sending the bytes and headers of the answer of Eurek8s, which is as fast as the platform goes.',
    run: async (bench) => {
      const results: SizeResult[] = [];
      for (const size of bench.sizes) results.push(await measureAtOnce(bench, await lineups.at(bench, size)));
      if (!bench.quick) for (const result of results) await measureQuietDeltas(bench, result);
      for (const result of results) result.resident = residentOf(result.lineup);
      return {
        tables: [
          ...results.map(({ lineup, measured }) => measuredTable(`${lineup.size.name} instances`, measured)),
          memoryTable(results.flatMap(({ resident }) => resident)),
        ],
        verdicts: results.flatMap(({ lineup, measured }) => readVerdicts(lineup.size, measured)),
        notes: results.flatMap(({ lineup }) => absenceNotes(lineup)),
      };
    },
  };
}

async function measureAtOnce(bench: Bench, lineup: Lineup): Promise<SizeResult> {
  const measured: Measured[] = [];
  for (const name of operationsAt(bench, lineup.size)) measured.push(await measureRead(bench, lineup, READS[name]));
  return { lineup, measured, resident: [] };
}

/** First what must be measured while everything that was registered is still recent. */
function operationsAt({ quick }: Bench, size: RegistrySize): readonly ReadName[] {
  if (quick) return size === SIZES.medium ? ['deltaEverything', 'fullJsonGzip', 'application'] : ['fullJsonGzip'];
  return ['deltaEverything', 'fullJsonGzip', 'fullJsonIdentity', 'fullXmlGzip', 'application', 'vip'];
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
