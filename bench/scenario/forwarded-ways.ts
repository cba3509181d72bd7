import { interleaved, type Contender } from '../interleave.ts';
import { quietCore } from '../quiet-core.ts';
import { figure } from '../report/numbers.ts';
import type { Bench, RegistrySize, Table } from '../section.ts';
import { median } from '../statistics.ts';
import type { HeartbeatsInput, HeartbeatsResult } from './load/heartbeats.ts';
import { measure } from './measure.ts';
import { ms } from './quantity.ts';

const WAYS = ['direct', 'through'] as const;
type Way = (typeof WAYS)[number];

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
  const milliseconds = bench.quick ? 600 : 3_000;
  const contenders = WAYS.map((way): Contender<HeartbeatsResult> => {
    const once = (): Promise<HeartbeatsResult> => heartbeats({ ...load, milliseconds, port: ports[way] });
    return { name: way, warmUp: once, once };
  });
  bench.say(`forwarding: heartbeats over ${load.connections} connections`);
  const results = await interleaved(contenders, bench.quick ? 2 : bench.rounds, quietCore);
  const each = (way: Way, pick: (result: HeartbeatsResult) => number): readonly number[] =>
    (results.get(way) ?? []).map(pick);
  const of = (way: Way, pick: (result: HeartbeatsResult) => number): number => median(each(way, pick));
  const added = (pick: (result: HeartbeatsResult) => number): readonly number[] => {
    const direct = each('direct', pick);
    return each('through', pick).map((value, round) => value - (direct[round] ?? Number.NaN));
  };
  const addedP50 = added(({ p50 }) => p50);
  const addedP99 = added(({ p99 }) => p99);
  return {
    addedP50,
    rows: WAYS.map((way) => [
      `${load.connections}`,
      way === 'direct' ? 'direct' : 'through Eurek8s',
      ms(of(way, ({ p50 }) => p50)),
      ms(of(way, ({ p99 }) => p99)),
      figure(of(way, ({ perSecond }) => perSecond)),
      ...(way === 'direct' ? ['', ''] : [ms(median(addedP50)), ms(median(addedP99))]),
    ]),
  };
}

export async function heartbeats(input: HeartbeatsInput): Promise<HeartbeatsResult> {
  const result = await measure('heartbeats', input, { timeoutMs: 60_000 });
  if (result.wrong > 0) throw new Error(`${result.wrong} of ${result.count} heartbeats were refused`);
  return result;
}
