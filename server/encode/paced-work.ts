import type { NewPace, Pace } from '../../shared/pace.ts';

/** Work that is cut in steps; its value comes with the last. */
export type Steps<T> = Generator<undefined, T>;

/**
 * Does what one piece of time is enough for at once, so that an ordinary change is in the answer without any detour,
 * and the rest of a large load in later turns of the event loop: one job after the other, as two at a time would stall
 * the loop twice as long.
 */
export class PacedWork {
  readonly #newPace: NewPace;
  #last: Promise<unknown> = Promise.resolve();

  constructor(newPace: NewPace) {
    this.#newPace = newPace;
  }

  run<T>(steps: Steps<T>): T | Promise<T> {
    const pace = this.#newPace();
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (!pace.due());
    const finished = this.#last.then(() => finish(steps, pace));
    this.#last = finished.catch(() => undefined);
    return finished;
  }
}

async function finish<T>(steps: Steps<T>, pace: Pace): Promise<T> {
  for (;;) {
    await pace.rest();
    do {
      const { done, value } = steps.next();
      if (done === true) return value;
    } while (!pace.due());
  }
}
