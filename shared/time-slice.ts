// A load of 100,000 instances takes seconds of computing, and all heartbeats and fetches would wait for its end. Such
// work is written as steps, and one runner gives the event loop back between them.

/**
 * At each `yield` the event loop may be given back; after that of a promise the next step waits for it. The value comes
 * with the last step.
 */
export type Steps<T> = Generator<Promise<unknown> | undefined, T, void>;

/** The time that one job may take in one turn of the event loop. A port, as the core has no clock. */
export interface TimeSlice {
  isSpent(): boolean;
  /** Resolves in a later turn of the event loop, when a new slice begins. */
  next(): Promise<void>;
}

/** Makes the time slice of one job. `share`: its part of the usual length, 1 by default. */
export type NewTimeSlice = (share?: number) => TimeSlice;

/**
 * Runs steps to their end. Work that fits in one slice is done before the call returns, so that an ordinary change is
 * not delayed. Longer work is a promise. What a step throws is thrown here, or rejects the promise.
 */
export function runInSlices<T>(steps: Steps<T>, slice: TimeSlice): T | Promise<T> {
  const first = runSlice(steps, slice);
  return first.done === true ? first.value : finishInSlices(steps, slice, first.value);
}

/** Does all steps before the call returns: of what is known to be few. */
export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Runs as many steps as fit in one slice, at least one, and none after one that must be waited for. */
export function runSlice<T>(steps: Steps<T>, slice: TimeSlice): IteratorResult<Promise<unknown> | undefined, T> {
  let step = steps.next();
  while (step.done !== true && step.value === undefined && !slice.isSpent()) step = steps.next();
  return step;
}

/** Runs the rest of steps whose first slice is spent. `awaited`: what the last step waits for. */
export async function finishInSlices<T>(
  steps: Steps<T>,
  slice: TimeSlice,
  awaited: Promise<unknown> | undefined,
): Promise<T> {
  for (let last = awaited; ;) {
    await last;
    await slice.next();
    const step = runSlice(steps, slice);
    if (step.done === true) return step.value;
    last = step.value;
  }
}
