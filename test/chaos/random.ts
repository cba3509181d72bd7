/** Mulberry32: numbers from 0 up to 1. The same seed gives the same sequence, so that a run can be repeated. */
export type Random = () => number;

export function random(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(next: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(next() * list.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}

export function between(next: Random, low: number, high: number): number {
  return low + next() * (high - low);
}
