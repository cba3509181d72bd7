/** One that takes part in every round. */
export interface Contender<T> {
  readonly name: string;
  /** Before the first round: what is measured has to be compiled and in memory. Not counted. */
  warmUp(): Promise<unknown>;
  once(): Promise<T>;
}

/**
 * Rounds in which everybody has a turn, beginning with another one each time: what the machine does meanwhile meets all
 * of them, so ratios within a round hold where absolute figures wander. Answers the results by name, in order of rounds.
 */
export async function interleaved<T>(
  contenders: readonly Contender<T>[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.warmUp();
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)])
      results.get(contender.name)?.push(await contender.once());
  }
  return results;
}
