import { instanceCount, SIZES } from '../data/registry.ts';
import { startLineup, type Lineup, type Wanted } from '../lineup.ts';
import { measureWrite, type Registered } from '../measure-write.ts';
import { measuredTable, PRODUCT, rateRatios, type Measured } from '../measured.ts';
import type { Bench, RegistrySize, Section, Verdict } from '../section.ts';
import { stockName } from '../subjects/stock.ts';
import { ratioVerdict } from '../verdict.ts';
import { WRITES } from '../writes.ts';

/** As it is called beside the one with 100,000 instances. */
const WITH_MEDIUM = `${PRODUCT} (${SIZES.medium.name} instances)`;

export const writesSection: Section = {
  name: 'writes',
  title: 'Heartbeats and registrations',
  about:
    'Standalone, 16 connections: heartbeats of every instance in turn, and registrations each of which changes the ' +
    'metadata of an instance. Raw is node:http that reads the request and sends the answer of Eurek8s.',
  run: async (bench) => {
    const tables = [];
    const verdicts: Verdict[] = [];
    const notes: string[] = [];
    // Kept for the comparison over sizes, whose rounds have to be interleaved too.
    let medium: Lineup | undefined;
    try {
      for (const size of bench.sizes) {
        if (bench.quick && size !== SIZES.medium) continue;
        const lineup = await startLineup(bench, 'writes', size, wantedAt(bench));
        try {
          const measured = await measureAt(bench, lineup, size === SIZES.large ? medium : undefined);
          tables.push(measuredTable(`${size.name} instances`, measured));
          verdicts.push(...measured.flatMap((each) => verdictsOf(size, each)));
          notes.push(...lineup.absent.map(({ name, reason }) => `${size.name} instances, ${name}: ${reason}.`));
        } finally {
          if (size === SIZES.medium && bench.sizes.some((other) => other === SIZES.large)) medium = lineup;
          else await lineup.stop();
        }
      }
    } finally {
      await medium?.stop();
    }
    return { tables, verdicts, notes };
  },
};

async function measureAt(bench: Bench, lineup: Lineup, medium: Lineup | undefined): Promise<readonly Measured[]> {
  const { size, subjects } = lineup;
  const all: readonly Registered[] = subjects.map((subject) => ({ subject, size, name: subject.name }));
  const other = (medium?.subjects ?? []).flatMap((subject) =>
    subject.name === PRODUCT && medium !== undefined ? [{ subject, size: medium.size, name: WITH_MEDIUM }] : [],
  );
  const heartbeat = await measureWrite(bench, size.name, [...all, ...other], WRITES.heartbeat);
  // After the heartbeats: registrations leave stock servers with long queues of recent changes.
  return [heartbeat, ...(bench.quick ? [] : [await measureWrite(bench, size.name, all, WRITES.register)])];
}

function verdictsOf(size: RegistrySize, measured: Measured): readonly Verdict[] {
  if (measured.operation !== WRITES.heartbeat.name) return [];
  const count = instanceCount(size);
  const what = `heartbeat, ${size.name} instances`;
  const hoxton = rateRatios(measured, stockName('hoxton', 'production'));
  const current = rateRatios(measured, stockName('current', 'production'));
  const medium = rateRatios(measured, WITH_MEDIUM);
  return [
    ...(count === 10_000 ? ratioVerdict({ what: `${what}: against stock Hoxton`, bar: 100, ciBar: 30 }, hoxton) : []),
    ...(count === 10_000 ? ratioVerdict({ what: `${what}: against stock current`, bar: 3 }, current) : []),
    ...ratioVerdict({ what: `${what}: against ourselves with 10,000`, bar: 0.9 }, medium),
  ];
}

function wantedAt({ quick }: Bench): readonly Wanted[] {
  const hoxton = { kind: 'stock', generation: 'hoxton', freshness: 'production' } as const;
  const current = { kind: 'stock', generation: 'current', freshness: 'production' } as const;
  return quick ? [hoxton, { kind: 'eurek8s' }] : [hoxton, current, { kind: 'eurek8s' }];
}
