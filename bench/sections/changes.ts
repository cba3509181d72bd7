import { READS } from '../data/operations.ts';
import { SIZES, type RegistrySize } from '../data/registry.ts';
import type { Slice } from '../measure/candidate.ts';
import { against, measuredTable, ratioVerdict } from '../measure/compare.ts';
import { measure, type Measured } from '../measure/measure.ts';
import type { Rounds } from '../rounds.ts';
import type { Bench, Section } from '../section.ts';
import { PRODUCT } from '../servers/eurek8s.ts';
import { startLineup } from '../servers/lineup.ts';
import { stage } from '../servers/server.ts';
import { stockName } from '../servers/stock.ts';
import type { Verdict } from '../verdict.ts';

/** Spread over the fleet. */
export const BUSY = { changesPerSecond: 50 } as const;

export const changes: Section = {
  name: 'changes',
  title: 'Reads while things change',
  about:
    'The full answer (JSON, gzip) while registrations at the given rate change the metadata of 500 instances in turn, spread over the registry. After each turn an answer of Eurek8s must show the last change. Stock servers run without their read-only cache here: with it their answers are up to 30 s old. They are left out with 100,000 instances, where a fresh answer takes them seconds.',
  run: async (bench) => {
    const sizes = bench.quick ? [SIZES.medium] : bench.sizes;
    const all: Measured[] = [];
    const tables = [];
    for (const size of sizes) {
      const measured = await measureAt(bench, size);
      all.push(measured);
      tables.push(
        measuredTable(`${size.name} instances`, [measured], (name) => (name.endsWith(CHANGING) ? OURS : PRODUCT)),
      );
    }
    return { tables, verdicts: all.flatMap(({ verdicts }) => verdicts) };
  },
};

const CHANGING = `, ${BUSY.changesPerSecond} changes/s`;
const OURS = PRODUCT + CHANGING;

async function measureAt(bench: Bench, size: RegistrySize): Promise<Measured> {
  return stage(async (keep) => {
    // A quick run leaves stock servers out: starting, loading and warming one takes half a minute.
    const generations = bench.quick || size === SIZES.large ? [] : (['hoxton', 'current'] as const);
    const lineup = await startLineup(bench, keep, size, generations, 'fresh');
    const candidates = lineup.flatMap((each) => [
      { ...each, changesPerSecond: 0 },
      { ...each, ...BUSY, name: each.name + CHANGING },
    ]);
    const judge = (slices: Rounds<Slice>): readonly Verdict[] => verdictsOf(size, slices);
    return measure(bench, { operation: READS.fullJsonGzip, candidates, judge });
  });
}

function verdictsOf(size: RegistrySize, slices: Rounds<Slice>): readonly Verdict[] {
  const read = `full, JSON gzip, ${size.name} instances${CHANGING}`;
  const verdict = (other: string, server: string, bars: { bar: number; ciBar: number }): readonly Verdict[] =>
    ratioVerdict({ what: `${read}: against ${other}`, ...bars }, against(slices, server, OURS));
  const stock = stockName('hoxton', 'fresh') + CHANGING;
  return [
    ...(size === SIZES.medium ? verdict('stock Hoxton answering fresh', stock, { bar: 25, ciBar: 8 }) : []),
    ...verdict('our own quiet figure', PRODUCT, { bar: 0.9, ciBar: 0.5 }),
  ];
}
