import type { Steps, TimeSlice } from '../../shared/time-slice.ts';

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

/** Does all steps. `between`: what happens between two of them. */
export function finished<T>(steps: Steps<T>, between: () => void = () => undefined): T {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    between();
  }
}
