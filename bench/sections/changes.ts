import { SIZES } from '../data/registry.ts';
import { Changer } from '../load/changer.ts';
import { startLineup, warmUpJava, type Wanted } from '../lineup.ts';
import { contenderName, measureChanging, type Changed, type ChangingSlice } from '../measure-changing.ts';
import { PRODUCT } from '../measured.ts';
import { READS, type ReadOperation } from '../operations.ts';
import { figure, withSpread } from '../report/numbers.ts';
import type { Bench, RegistrySize, Section, SectionResult, Table } from '../section.ts';
import { median } from '../statistics.ts';
import { changeVerdicts } from './change-bars.ts';

export type Changing = ReadonlyMap<string, readonly ChangingSlice[]>;

export const changesSection: Section = {
  name: 'changes',
  title: 'Reads while things change',
  about:
    'So many registrations per second change the metadata of 500 instances in turn, all over the registry. The age of an ' +
    'answer is for how long the earliest change missing from it had been acknowledged when it was asked for. Stock ' +
    'servers answer fresh here, without their read-only cache: with it answers are up to 30 s old, whatever changes.',
  run: async (bench) => {
    const results: SectionResult[] = [];
    for (const size of bench.sizes) if (!bench.quick || size === SIZES.medium) results.push(await atSize(bench, size));
    return {
      tables: results.flatMap(({ tables }) => tables),
      verdicts: results.flatMap(({ verdicts }) => verdicts),
      notes: results.flatMap(({ notes = [] }) => notes),
    };
  },
};

const STOCK_TOO_SLOW =
  'Stock servers are not measured with 100,000 instances: a fresh answer takes them seconds, each of them, so with ' +
  'changes there are no more than a few answers to count.';

async function atSize(bench: Bench, size: RegistrySize): Promise<SectionResult> {
  const lineup = await startLineup(bench, 'changes', size, wantedAt(bench, size));
  const all: Changed[] = lineup.subjects.map((subject) => ({ subject, changer: new Changer(subject.url, size) }));
  const rates = bench.quick ? [0, 50] : [0, 1, 50];
  try {
    await warmUpJava(bench, lineup);
    const measure = (operation: ReadOperation): Promise<Changing> =>
      measureChanging(bench, lineup, all, operation, rates);
    // The delta first: while everything is recent in all of them it is the same document.
    const delta = bench.quick || size === SIZES.small ? undefined : await measure(READS.deltaEverything);
    const full = await measure(READS.fullJsonGzip);
    const servers = lineup.subjects.map(({ name }) => name);
    return {
      tables: [
        changesTable(`${READS.fullJsonGzip.name}, ${size.name} instances`, servers, rates, full),
        ...(delta === undefined
          ? []
          : [changesTable(`${READS.deltaEverything.name}, ${size.name} instances`, servers, rates, delta)]),
      ],
      verdicts: changeVerdicts(size, full),
      notes: size === SIZES.large && !bench.quick ? [STOCK_TOO_SLOW] : [],
    };
  } finally {
    for (const { changer } of all) changer.close();
    await lineup.stop();
  }
}

const COLUMNS = [
  'server',
  'changes/s',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'CPU s per 1,000',
  'greatest age seen, ms',
] as const;

function changesTable(title: string, servers: readonly string[], rates: readonly number[], all: Changing): Table {
  const row = (server: string, rate: number): readonly string[] => {
    const slices = all.get(contenderName(server, rate)) ?? [];
    const ours = all.get(contenderName(PRODUCT, rate)) ?? [];
    const times = slices.map(({ perSecond }, round) => (ours[round]?.perSecond ?? Number.NaN) / perSecond);
    const middle = (of: (slice: ChangingSlice) => number): string => figure(median(slices.map(of)));
    return [
      server,
      `${rate}`,
      withSpread(slices.map(({ perSecond }) => perSecond)),
      middle(({ p50Ms }) => p50Ms),
      middle(({ p99Ms }) => p99Ms),
      middle(({ p999Ms }) => p999Ms),
      middle(({ cpuSecondsPerThousand }) => cpuSecondsPerThousand),
      rate === 0 ? '' : figure(Math.max(...slices.map(({ ageMs }) => ageMs))),
      server === PRODUCT ? '' : withSpread(times),
    ];
  };
  return {
    title,
    columns: [...COLUMNS, `${PRODUCT} / it`],
    rows: servers.flatMap((server) => rates.map((rate) => row(server, rate))),
  };
}

/** To start, load and warm a stock server takes the quick mode half a minute: there only the quiet figure is compared with. */
function wantedAt({ quick }: Bench, size: RegistrySize): readonly Wanted[] {
  const hoxton = { kind: 'stock', generation: 'hoxton', freshness: 'fresh' } as const;
  const current = { kind: 'stock', generation: 'current', freshness: 'fresh' } as const;
  const eurek8s = { kind: 'eurek8s' } as const;
  return quick || size === SIZES.large ? [eurek8s] : [hoxton, current, eurek8s];
}
