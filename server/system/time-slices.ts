import type { NewTimeSlice } from '../../shared/time-slice.ts';

/** A request may begin a slice of its own in the turn of another one, and no turn may take longer than 25 ms. */
const SLICE_MS = 5;

/**
 * Time slices by the monotonic clock. Each turn of the event loop has one slice of one job: several loads at the same
 * time take longer, but do not stall requests longer. Between two slices timers, requests and answers are served. A
 * turn that something else has made long, such as the end of a garbage collection, gets no slice on top.
 */
export function systemTimeSlices(
  sliceMs = SLICE_MS,
  monotonicMs: () => number = () => performance.now(),
): NewTimeSlice {
  const waiting: (() => void)[] = [];
  let waitingSince = 0;
  let passedOver = false;
  const resume = (): void => {
    // Not twice in a row: on a loop that is always busy every turn is long.
    passedOver = !passedOver && monotonicMs() - waitingSince >= sliceMs;
    if (passedOver) waitingSince = monotonicMs();
    else waiting.shift()?.();
    if (waiting.length > 0) setImmediate(resume);
  };
  return (share = 1) => {
    let beganAt = monotonicMs();
    return {
      isSpent: () => monotonicMs() - beganAt >= sliceMs * share,
      next: async () => {
        waitingSince = monotonicMs();
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === 1) setImmediate(resume);
        });
        beganAt = monotonicMs();
      },
    };
  };
}
