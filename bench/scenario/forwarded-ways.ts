import { figure } from '../report/numbers.ts';
import type { Bench, RegistrySize, Table } from '../section.ts';
import { median } from '../statistics.ts';
import type { HeartbeatsInput, HeartbeatsResult } from './load/heartbeats.ts';
import { measure } from './measure.ts';
import { ms } from './quantity.ts';

const WAYS = ['direct', 'through'] as const;
type Way = (typeof WAYS)[number];
type Round = Readonly<Record<Way, HeartbeatsResult>>;

/** Where the heartbeats of each way go. */
export type Ports = Readonly<Record<Way, number>>;

export interface Ways {
  readonly rows: Table['rows'];
  /** Milliseconds, of each round. */
  readonly addedP50: readonly number[];
}

/** The same heartbeats both ways, in turns. */
export async function compareWays(
  bench: Bench,
  ports: Ports,
  load: { readonly size: RegistrySize; readonly connections: number },
): Promise<Ways> {
  const rounds: Round[] = [];
  const counted = bench.quick ? 2 : bench.rounds;
  const milliseconds = bench.quick ? 600 : 3_000;
  // One round first in which the JVM compiles what it will run.
  for (let round = -1; round < counted; round++) {
    bench.say(`forwarding: ${load.connections} connections, round ${round + 1} of ${counted}`);
    const direct = await heartbeats({ ...load, milliseconds, port: ports.direct });
    const through = await heartbeats({ ...load, milliseconds, port: ports.through });
    if (round >= 0) rounds.push({ direct, through });
  }
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const added = (pick: (result: HeartbeatsResult) => number): readonly number[] =>
    rounds.map(({ direct, through }) => pick(through) - pick(direct));
  const addedP50 = added(({ p50 }) => p50);
  const addedP99 = added(({ p99 }) => p99);
  return {
    addedP50,
    rows: WAYS.map((way) => [
      `${load.connections}`,
      way === 'direct' ? 'direct' : 'through Eurek8s',
      ms(of((round) => round[way].p50)),
      ms(of((round) => round[way].p99)),
      figure(of((round) => round[way].perSecond)),
      ...(way === 'direct' ? ['', ''] : [ms(median(addedP50)), ms(median(addedP99))]),
    ]),
  };
}

export async function heartbeats(input: HeartbeatsInput): Promise<HeartbeatsResult> {
  const result = await measure('heartbeats', input, { timeoutMs: 60_000 });
  if (result.wrong > 0) throw new Error(`${result.wrong} of ${result.count} heartbeats were refused`);
  return result;
}
