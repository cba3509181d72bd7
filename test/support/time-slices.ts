import type { TimeSlice } from '../../shared/time-slice.ts';

/** Everything is done in one slice, before the call returns. */
export function endlessSlice(): TimeSlice {
  return { isSpent: () => false, next: () => Promise.resolve() };
}

/** Every slice is a single step. */
export function stepByStep(): TimeSlice {
  return {
    isSpent: () => true,
    next: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  };
}
