/** One that takes part in every round. */
export interface Contender<T> {
  readonly name: string;
  /** Before the first round: what is measured has to be compiled and in memory. Not counted. */
  warmUp(): Promise<unknown>;
  once(): Promise<T>;
}

/**
 * Rounds in which everybody has a turn: what the machine does meanwhile meets all of them, so ratios within a round hold
 * where absolute figures wander. Another one begins each time, and every other round goes backwards, so that nobody
 * always comes after the same neighbour. `settle` is waited for before each turn. Answers the results by name, in order
 * of rounds.
 */
export async function interleaved<T>(
  contenders: readonly Contender<T>[],
  rounds: number,
  settle: () => Promise<void>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.warmUp();
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    const order = [...contenders.slice(first), ...contenders.slice(0, first)];
    for (const contender of round % 2 === 0 ? order : order.toReversed()) {
      await settle();
      results.get(contender.name)?.push(await contender.once());
    }
  }
  return results;
}
