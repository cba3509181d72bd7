import type { TimeSlice } from '../../shared/time-slice.ts';

/** A slice that is never spent: the work is done before the call returns. */
export function endlessSlice(): TimeSlice {
  return { isSpent: () => false, next: () => Promise.resolve() };
}

/** A slice that is spent after every step. */
export function stepByStep(): TimeSlice {
  return {
    isSpent: () => true,
    next: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  };
}
