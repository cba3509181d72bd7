import type { Bench } from './section.ts';
import { outcome, type Verdict } from './verdict.ts';

/** One that has a turn in every round. */
export interface Contender<T> {
  readonly name: string;
  /** Before the first round: what is measured has to be compiled and in memory. Not counted. */
  warmUp(): Promise<unknown>;
  once(): Promise<T>;
}

/** By name, in the order of rounds. */
export type Rounds<T> = ReadonlyMap<string, readonly T[]>;

export interface Judged<T> {
  readonly rounds: Rounds<T>;
  readonly verdicts: readonly Verdict[];
}

/**
 * Rounds in which everybody has a turn: what the machine does meanwhile meets all of them, so ratios within a round hold
 * where absolute figures wander. Another one begins each time, and every other time it goes backwards, so that nobody
 * always comes after the same neighbour. `settle` is waited for before each turn.
 *
 * When a verdict is undecided after the rounds asked for, there are as many again, and again, as long as there is
 * patience. A decision is not looked for after each round: whoever stops at the first moment that pleases will always
 * find one.
 */
export async function untilDecided<T>(
  bench: Pick<Bench, 'rounds' | 'patience' | 'say'>,
  contenders: readonly Contender<T>[],
  judge: (rounds: Rounds<T>) => readonly Verdict[],
  settle: () => Promise<void> = async () => undefined,
): Promise<Judged<T>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.warmUp();
  for (let round = 0; ;) {
    for (const end = round + bench.rounds; round < end; round++)
      for (const contender of orderOf(contenders, round)) {
        await settle();
        results.get(contender.name)?.push(await contender.once());
      }
    const verdicts = judge(results);
    const undecided = verdicts.filter((verdict) => outcome(verdict) === 'undecided');
    if (undecided.length === 0 || round >= bench.rounds * bench.patience) return { rounds: results, verdicts };
    bench.say(`undecided after ${round} rounds, measured further: ${undecided.map(({ what }) => what).join('; ')}`);
  }
}

function orderOf<T>(contenders: readonly T[], round: number): readonly T[] {
  const first = round % contenders.length;
  const order = [...contenders.slice(first), ...contenders.slice(0, first)];
  return round % 2 === 0 ? order : order.toReversed();
}
