/**
 * Long work in slices: a load of 100,000 instances takes seconds of computing, and while it lasts everybody else's
 * heartbeat and fetch would wait. Such work is written as steps, and one runner gives the event loop back between them.
 */

/** Each `yield` is a place where the event loop may be given back. The value comes with the last step. */
export type Steps<T> = Generator<undefined, T, void>;

/** The time that one job may take in one turn of the event loop. The core has no clock, so it comes in as this port. */
export interface TimeSlice {
  isSpent(): boolean;
  /** Resolves in a later turn of the event loop, when a new slice begins. */
  next(): Promise<void>;
}

/** A slice for a job of its own. `share`: of the usual length, 1 when nothing is said. */
export type NewTimeSlice = (share?: number) => TimeSlice;

/**
 * Runs steps to their end. What one slice is enough for is done before the call returns, so that an ordinary change
 * takes no detour; only longer work is a promise. What a step throws is thrown here, or rejects.
 */
export function runInSlices<T>(steps: Steps<T>, slice: TimeSlice): T | Promise<T> {
  const first = runSlice(steps, slice);
  return first.done === true ? first.value : finishInSlices(steps, slice);
}

/** As many steps as one slice is enough for, at least one. */
export function runSlice<T>(steps: Steps<T>, slice: TimeSlice): IteratorResult<undefined, T> {
  let step = steps.next();
  while (step.done !== true && !slice.isSpent()) step = steps.next();
  return step;
}

/** The rest of steps whose first slice is spent. */
export async function finishInSlices<T>(steps: Steps<T>, slice: TimeSlice): Promise<T> {
  for (;;) {
    await slice.next();
    const step = runSlice(steps, slice);
    if (step.done === true) return step.value;
  }
}
