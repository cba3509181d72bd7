import type { Bench } from './section.ts';
import { outcome, type Verdict } from './verdict.ts';

/** What has a turn in every round. */
export interface Contender<T> {
  readonly name: string;
  /** Runs before the first round and is not counted: what is measured must be compiled and in memory. */
  warmUp(): Promise<unknown>;
  once(): Promise<T>;
}

/** Results by the name of the contender, in the order of the rounds. */
export type Rounds<T> = ReadonlyMap<string, readonly T[]>;

export interface Judged<T> {
  readonly rounds: Rounds<T>;
  readonly verdicts: readonly Verdict[];
}

/**
 * Measures in rounds in which every contender has a turn. Other work on the machine meets all of them, so ratios within
 * a round hold where absolute figures drift. Each round begins with another contender, and every other one goes
 * backwards, so that none always follows the same neighbour. `settle` is awaited before each turn.
 *
 * When a verdict is undecided after the rounds asked for, there are as many again, up to `patience` times as many.
 * Verdicts are not judged after each round: with a stop at the first favourable moment there would always be one.
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

/**
 * Measures in rounds in which all contenders have their turn at the same moment, on one core. The speed of a machine
 * differs from one second to the next, but within one it is the same for both. Only CPU times can be compared, as each
 * takes the core from the others.
 */
export async function atOnce<T>(
  rounds: number,
  contenders: readonly Contender<T>[],
  settle: () => Promise<void>,
): Promise<Rounds<T>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.warmUp();
  for (let round = 0; round < rounds; round++) {
    await settle();
    // The load of the first begins a little earlier.
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    const turns = order.map(async (each) => results.get(each.name)?.push(await each.once()));
    await Promise.all(turns);
  }
  return results;
}

function orderOf<T>(contenders: readonly T[], round: number): readonly T[] {
  const first = round % contenders.length;
  const order = [...contenders.slice(first), ...contenders.slice(0, first)];
  return round % 2 === 0 ? order : order.toReversed();
}
