import type { NewPace } from '../shared/pace.ts';

/** Milliseconds. A request may begin a piece in the turn of another, and a stall of 25 ms is the most that may happen. */
const PIECE_MS = 5;

/**
 * Pieces by the monotonic clock, one in each turn of the event loop, whichever job's it is: several loads at a time take
 * longer, but stall nobody longer. A rest lets everything happen that is ready: timers, requests, answers. A turn that
 * something else has made long already, most of all the end of a garbage collection, gets no piece on top.
 */
export function systemPaces(pieceMs = PIECE_MS): NewPace {
  const resting: (() => void)[] = [];
  let restedAt = 0;
  let passed = false;
  const resume = (): void => {
    // Only once in a row: on a loop that is always busy every turn is long.
    passed = !passed && performance.now() - restedAt >= pieceMs;
    if (passed) restedAt = performance.now();
    else resting.shift()?.();
    if (resting.length > 0) setImmediate(resume);
  };
  return (share = 1) => {
    let began = performance.now();
    return {
      due: () => performance.now() - began >= pieceMs * share,
      rest: async () => {
        restedAt = performance.now();
        await new Promise<void>((resolve) => {
          if (resting.push(resolve) === 1) setImmediate(resume);
        });
        began = performance.now();
      },
    };
  };
}
