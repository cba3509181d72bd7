import { setTimeout as sleep } from 'node:timers/promises';
import { READS, type ReadOperation } from '../data/operations.ts';
import { SIZES, type RegistrySize } from '../data/registry.ts';
import { residentBytes } from '../machine.ts';
import type { Candidate, Slice } from '../measure/candidate.ts';
import { against, measuredTable, ratioVerdict } from '../measure/compare.ts';
import { measureWithRaw, type Measured } from '../measure/measure.ts';
import { figure, memoryMb } from '../report/text.ts';
import type { Rounds } from '../rounds.ts';
import type { Bench, Section } from '../section.ts';
import { startLineup } from '../servers/lineup.ts';
import { RAW } from '../servers/raw.ts';
import { stage } from '../servers/server.ts';
import { stockName, type Generation } from '../servers/stock.ts';
import { median } from '../statistics.ts';
import type { Verdict } from '../verdict.ts';

const AGAINST_RAW = { bar: 0.88, ciBar: 0.7 } as const;

/** Against the Hoxton generation in production settings, 10,000 instances. */
const AGAINST_STOCK: Readonly<Record<string, { readonly bar: number; readonly ciBar: number }>> = {
  [READS.fullJsonGzip.name]: { bar: 6.5, ciBar: 3 },
  [READS.fullXmlGzip.name]: { bar: 6, ciBar: 3 },
  [READS.fullJsonIdentity.name]: { bar: 3.8, ciBar: 1.8 },
  [READS.deltaEverything.name]: { bar: 5.5, ciBar: 2.5 },
  [READS.application.name]: { bar: 2.8, ciBar: 1.3 },
  [READS.vip.name]: { bar: 2.8, ciBar: 1.3 },
};

/** After so long every server has dropped a change from its delta (stock 3 min, Eurek8s 5 min) and from its caches. */
const DELTA_EMPTY_AFTER_MS = 310_000;

export const reads: Section = {
  name: 'reads',
  title: 'Reads',
  about:
    'The same registrations at each server, 16 connections, no changes meanwhile. Raw is node:http on the same core that sends the bytes and headers of the answer of Eurek8s: the limit of the platform. Stock servers have up to 10,000 instances: with 100,000 they take 6 GB of memory.',
  run: async (bench) =>
    stage(async (keep) => {
      const all: {
        readonly size: RegistrySize;
        readonly candidates: readonly Candidate[];
        readonly measured: Measured[];
      }[] = [];
      for (const size of bench.sizes) {
        const candidates = await startLineup(bench, keep, size, generationsAt(bench, size));
        const measured: Measured[] = [];
        for (const operation of operationsAt(bench, size))
          measured.push(await measureRead(bench, candidates, operation));
        all.push({ size, candidates, measured });
      }
      if (!bench.quick) {
        bench.say(`reads: waiting ${DELTA_EMPTY_AFTER_MS / 1000} s until all deltas are empty, as they are all day`);
        await sleep(DELTA_EMPTY_AFTER_MS);
        for (const { candidates, measured } of all)
          measured.push(await measureRead(bench, candidates, READS.deltaEmpty));
      }
      const resident = all.flatMap(({ size, candidates }) =>
        candidates.map(({ name, server }) => [size.name, name, `${memoryMb(residentBytes(server.pid))} MB`]),
      );
      return {
        tables: [
          ...all.map(({ size, measured }) => measuredTable(`${size.name} instances`, measured)),
          { title: 'Memory after all that', columns: ['instances', 'server', 'resident'], rows: resident },
        ],
        verdicts: all.flatMap(({ measured }) => measured.flatMap(({ verdicts }) => verdicts)),
      };
    }),
};

/** Stock servers are slow to start, load and warm: a quick run has one, at the size that has bars. */
function generationsAt({ quick }: Bench, size: RegistrySize): readonly Generation[] {
  if (quick) return size === SIZES.medium ? ['hoxton'] : [];
  return size === SIZES.large ? [] : ['hoxton', 'current'];
}

/** The delta comes first: it is measured while all registrations are still recent. */
function operationsAt({ quick }: Bench, size: RegistrySize): readonly ReadOperation[] {
  const { deltaEverything, fullJsonGzip, fullJsonIdentity, fullXmlGzip, application, vip } = READS;
  if (quick) return size === SIZES.medium ? [deltaEverything, fullJsonGzip, application] : [fullJsonGzip];
  // Sixteen answers of 100 MB at once would measure the memory of the machine.
  const identity = size === SIZES.large ? [] : [fullJsonIdentity];
  return [deltaEverything, fullJsonGzip, ...identity, fullXmlGzip, application, vip];
}

function measureRead(bench: Bench, candidates: readonly Candidate[], operation: ReadOperation): Promise<Measured> {
  const size = candidates[0]?.size;
  const what = `${operation.name} against raw node:http, ${size?.name} instances`;
  return measureWithRaw(bench, {
    operation,
    candidates,
    judge: (slices) => [
      ...ratioVerdict({ what, ...AGAINST_RAW }, against(slices, RAW)),
      ...(size === SIZES.medium ? stockVerdict(operation.name, slices) : []),
    ],
  });
}

function stockVerdict(operation: string, slices: Rounds<Slice>): readonly Verdict[] {
  const stock = stockName('hoxton', 'production');
  const [bar, limit] = [AGAINST_STOCK[operation], against(slices, stock, RAW)];
  if (bar === undefined || limit.byClock.length === 0) return [];
  const remark = `the limit of the platform ${figure(median(limit.byClock))}`;
  const what = `${operation} against stock Hoxton, 10,000 instances`;
  return ratioVerdict({ what, ...bar, remark }, against(slices, stock));
}
