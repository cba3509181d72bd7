import type { NewTimeSlice } from '../../shared/time-slice.ts';

/** Milliseconds. A request may begin a slice in the turn of another, and a stall of 25 ms is the most that may happen. */
const SLICE_MS = 5;

/**
 * Slices by the monotonic clock, one in each turn of the event loop, whichever job's it is: several loads at a time take
 * longer, but stall nobody longer. Between two slices everything happens that is ready: timers, requests, answers. A turn
 * that something else has made long already, most of all the end of a garbage collection, gets no slice on top.
 */
export function systemTimeSlices(sliceMs = SLICE_MS): NewTimeSlice {
  const waiting: (() => void)[] = [];
  let waitingSince = 0;
  let passedOver = false;
  const resume = (): void => {
    // Only once in a row: on a loop that is always busy every turn is long.
    passedOver = !passedOver && performance.now() - waitingSince >= sliceMs;
    if (passedOver) waitingSince = performance.now();
    else waiting.shift()?.();
    if (waiting.length > 0) setImmediate(resume);
  };
  return (share = 1) => {
    let beganAt = performance.now();
    return {
      isSpent: () => performance.now() - beganAt >= sliceMs * share,
      next: async () => {
        waitingSince = performance.now();
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === 1) setImmediate(resume);
        });
        beganAt = performance.now();
      },
    };
  };
}
