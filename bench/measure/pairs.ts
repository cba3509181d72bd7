import { PRODUCT } from '../servers/eurek8s.ts';
import type { Bench } from '../section.ts';
import { median } from '../statistics.ts';
import type { Slice } from './candidate.ts';
import { ratiosOf, type Ratios } from './compare.ts';
import type { Measured } from './measure.ts';

/** One operation, measured with several pairs of processes. */
export interface Paired {
  readonly operation: string;
  readonly pairs: readonly Measured[];
}

/** Rounds within one pair of processes. */
const TURNS_OF_A_PAIR = { quick: 1, full: 3 } as const;

/**
 * Two processes of one build differ by up to 10 % for their whole life: in the layout of their memory, and in what V8 has
 * compiled. So each round has fresh processes, and its value is the median of its turns. `measurePair` starts them, and
 * measures the same operations each time; `round` from 0.
 */
export async function inPairs(
  bench: Bench,
  measurePair: (turns: Bench, round: number) => Promise<readonly Measured[]>,
): Promise<readonly Paired[]> {
  const rounds: (readonly Measured[])[] = [];
  const turns = { ...bench, rounds: TURNS_OF_A_PAIR[bench.quick ? 'quick' : 'full'], patience: 1 };
  while (rounds.length < bench.rounds) {
    bench.say(`pair ${rounds.length + 1} of ${bench.rounds}`);
    rounds.push(await measurePair(turns, rounds.length));
  }
  return (rounds[0] ?? []).map(({ operation }, i) => ({ operation, pairs: rounds.flatMap((all) => all[i] ?? []) }));
}

/** As `ratiosOf`, one value for each pair. */
export function ratiosOfPairs({ pairs }: Paired, other: string, one = PRODUCT): Ratios {
  const all = pairs.map((pair) => ratiosOf(pair, other, one));
  return {
    byClock: all.map(({ byClock }) => median(byClock)),
    byCpu: all.map(({ byCpu }) => median(byCpu)),
  };
}

/** A figure of one of them, one value for each pair. */
export function figuresOfPairs({ pairs }: Paired, name: string, of: (slice: Slice) => number): readonly number[] {
  return pairs.map(({ slices }) => median((slices.get(name) ?? []).map(of)));
}

/** All turns of all pairs, for a table. */
export function allTurns({ operation, pairs }: Paired): Measured {
  const names = pairs[0]?.slices.keys() ?? [];
  const slices = new Map(Array.from(names, (name) => [name, pairs.flatMap((pair) => pair.slices.get(name) ?? [])]));
  const { bytes = new Map(), sideBySide = false } = pairs[0] ?? {};
  return { operation, slices, bytes, verdicts: [], sideBySide };
}
