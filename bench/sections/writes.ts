import { SIZES } from '../data/registry.ts';
import { absenceNotes, type Lineup } from '../lineup.ts';
import type { Lineups } from '../lineups.ts';
import { measureWrite, type Registered } from '../measure-write.ts';
import { against, measuredTable, PRODUCT, type Measured } from '../measured.ts';
import type { Bench, RegistrySize, Section, Table, Verdict } from '../section.ts';
import { stockName } from '../subjects/stock.ts';
import { ratioVerdict } from '../verdict.ts';
import { WRITES } from '../writes.ts';

/** As it is called beside the one with 100,000 instances. */
const WITH_MEDIUM = `${PRODUCT} (${SIZES.medium.name} instances)`;

export function writesSection(lineups: Lineups): Section {
  return {
    name: 'writes',
    title: 'Heartbeats and registrations',
    about:
      'Standalone, 16 connections: heartbeats of every instance in turn, and registrations each of which changes the ' +
      'metadata of an instance. Raw is node:http that reads the request and sends the answer of Eurek8s.',
    run: async (bench) => {
      const tables: Table[] = [];
      const verdicts: Verdict[] = [];
      const notes: string[] = [];
      for (const size of bench.sizes) {
        if (bench.quick && size !== SIZES.medium) continue;
        const lineup = await lineups.at(bench, size);
        // Whether the size of the registry matters is asked in the same rounds too.
        const comparesSizes = size === SIZES.large && bench.sizes.some((other) => other === SIZES.medium);
        const medium = comparesSizes ? await lineups.at(bench, SIZES.medium) : undefined;
        const measured = await measureAt(bench, lineup, medium);
        tables.push(measuredTable(`${size.name} instances`, measured));
        verdicts.push(...measured.flatMap((each) => verdictsOf(size, each)));
        notes.push(...absenceNotes(lineup));
      }
      return { tables, verdicts, notes };
    },
  };
}

async function measureAt(bench: Bench, lineup: Lineup, medium: Lineup | undefined): Promise<readonly Measured[]> {
  const { size, subjects } = lineup;
  const all: readonly Registered[] = subjects.map((subject) => ({ subject, size, name: subject.name }));
  const ours = medium?.subjects.find(({ name }) => name === PRODUCT);
  const other = ours === undefined ? [] : [{ subject: ours, size: SIZES.medium, name: WITH_MEDIUM }];
  const heartbeat = await measureWrite(bench, size.name, [...all, ...other], WRITES.heartbeat);
  // After the heartbeats: registrations leave stock servers with long queues of recent changes.
  return [heartbeat, ...(bench.quick ? [] : [await measureWrite(bench, size.name, all, WRITES.register)])];
}

function verdictsOf(size: RegistrySize, measured: Measured): readonly Verdict[] {
  if (measured.operation !== WRITES.heartbeat.name) return [];
  const what = `heartbeat, ${size.name} instances`;
  switch (size) {
    case SIZES.medium:
      return [
        ...ratioVerdict(
          { what: `${what}: against stock Hoxton`, bar: 100, ciBar: 30 },
          against(measured, stockName('hoxton', 'production')),
        ),
        ...ratioVerdict(
          { what: `${what}: against stock current`, bar: 3 },
          against(measured, stockName('current', 'production')),
        ),
      ];
    case SIZES.large:
      return ratioVerdict(
        { what: `${what}: against ourselves with ${SIZES.medium.name}`, bar: 0.9 },
        against(measured, WITH_MEDIUM),
      );
    default:
      return [];
  }
}
