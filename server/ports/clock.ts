/** Time as a parameter: tests step it, `main.ts` hands in the real one. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** A number in [0, 1): the source of jitter. */
export type Random = () => number;

/** Longest delay (milliseconds) of a timer of Node: one with a longer delay fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
