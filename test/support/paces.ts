import type { Pace } from '../../shared/pace.ts';

/** Everything is done in one piece, before the call returns. */
export function oneGo(): Pace {
  return { due: () => false, rest: () => Promise.resolve() };
}

/** Every piece is a single step. */
export function stepByStep(): Pace {
  return {
    due: () => true,
    rest: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  };
}
