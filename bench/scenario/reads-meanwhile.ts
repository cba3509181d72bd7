import { figure } from '../report/numbers.ts';
import type { Bench, RegistrySize, Table } from '../section.ts';
import { JSON_GZIP } from './complete.ts';
import { heartbeats } from './forwarded-ways.ts';
import type { PacedReadsInput, PacedReadsResult } from './load/paced-reads.ts';
import { measure } from './measure.ts';
import { ms } from './quantity.ts';

const READS_PER_SECOND = 200;
/** The storm begins before the reads and ends after them. */
const AROUND_MS = 1_500;

/** What readers notice of a storm of heartbeats that are forwarded. */
export async function readsMeanwhile(bench: Bench, port: number, size: RegistrySize): Promise<Table> {
  const milliseconds = bench.quick ? 1_500 : 8_000;
  const input: PacedReadsInput = {
    port,
    path: '/eureka/apps',
    headers: JSON_GZIP,
    perSecond: READS_PER_SECOND,
    milliseconds,
  };
  const read = (): Promise<PacedReadsResult> => measure('paced-reads', input, { timeoutMs: 60_000 });
  bench.say('forwarding: reads, in quiet and in a storm of heartbeats');
  const quiet = await read();
  const [storm, stormy] = await Promise.all([
    heartbeats({ port, size, connections: 16, milliseconds: milliseconds + AROUND_MS }),
    read(),
  ]);
  const row = (name: string, result: PacedReadsResult, perSecond: number): readonly string[] => {
    if (result.wrong > 0) throw new Error(`${result.wrong} of ${result.count} reads were refused`);
    return [name, figure(perSecond), ms(result.p50), ms(result.p99), ms(result.worst)];
  };
  return {
    title: `Full reads, ${READS_PER_SECOND} a second`,
    columns: ['meanwhile', 'heartbeats a second', 'p50', 'p99', 'worst'],
    rows: [row('quiet', quiet, 0), row('storm of heartbeats', stormy, storm.perSecond)],
  };
}
