/** One that takes part in every round. */
export interface Contender<T> {
  readonly name: string;
  /** Before the first round: what is measured has to be compiled and in memory. Not counted. */
  warmUp(): Promise<unknown>;
  once(): Promise<T>;
  /**
   * Its part of a round in so many turns, spread over the round and alternately with the others who have several: a
   * machine that is slow for a second meets all of them. One turn by default.
   */
  readonly turns?: Turns<T>;
}

export interface Turns<T> {
  readonly count: number;
  /** What the turns of one round were together. */
  readonly join: (results: readonly T[]) => T;
}

/**
 * Rounds in which everybody has a turn, or several: what the machine does meanwhile meets all of them, so ratios within a
 * round hold where absolute figures wander. Another one begins each time, and every other time it goes backwards, so that
 * nobody always comes after the same neighbour. `settle` is waited for before each turn. Answers the results by name, in
 * order of rounds.
 */
export async function interleaved<T>(
  contenders: readonly Contender<T>[],
  rounds: number,
  settle: () => Promise<void>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.warmUp();
  for (let round = 0; round < rounds; round++)
    for (const [{ name, turns }, all] of await oneRound(contenders, round, settle)) {
      const together = turns === undefined ? all[0] : turns.join(all);
      if (together !== undefined) results.get(name)?.push(together);
    }
  return results;
}

async function oneRound<T>(
  contenders: readonly Contender<T>[],
  round: number,
  settle: () => Promise<void>,
): Promise<ReadonlyMap<Contender<T>, readonly T[]>> {
  const results = new Map<Contender<T>, T[]>(contenders.map((contender) => [contender, []]));
  const most = Math.max(...contenders.map(turnsOf));
  for (let turn = 0; turn < most; turn++) {
    const first = (round + turn) % contenders.length;
    const order = [...contenders.slice(first), ...contenders.slice(0, first)];
    for (const contender of (round + turn) % 2 === 0 ? order : order.toReversed()) {
      if (!hasTurn(turnsOf(contender), turn, most)) continue;
      await settle();
      results.get(contender)?.push(await contender.once());
    }
  }
  return results;
}

function turnsOf<T>({ turns }: Contender<T>): number {
  return turns?.count ?? 1;
}

/** Of `most` turns of a round, `count` at even distances, the first among them. */
function hasTurn(count: number, turn: number, most: number): boolean {
  return turn === 0 || Math.floor((turn * count) / most) > Math.floor(((turn - 1) * count) / most);
}
