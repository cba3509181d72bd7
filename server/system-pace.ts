import type { Pace } from '../shared/pace.ts';

/** Milliseconds. Several jobs may have a piece in the same turn, and a stall of 25 ms is the most that may happen. */
const PIECE_MS = 5;

/** Pieces by the monotonic clock; the rest lets everything happen that is ready: timers, requests, answers. */
export function systemPace(pieceMs = PIECE_MS): Pace {
  let began = performance.now();
  return {
    due: () => performance.now() - began >= pieceMs,
    rest: async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      began = performance.now();
    },
  };
}
