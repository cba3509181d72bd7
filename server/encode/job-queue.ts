import { finishInSlices, runSlice, type NewTimeSlice, type Steps } from '../../shared/time-slice.ts';

/**
 * Runs jobs in slices. Of the jobs that need more than one slice only one runs at a time: two would stall the event
 * loop twice as long. The first slice of a job runs at once, so that an ordinary change is encoded before the call
 * returns.
 */
export class JobQueue {
  readonly #newTimeSlice: NewTimeSlice;
  #last: Promise<unknown> = Promise.resolve();

  constructor(newTimeSlice: NewTimeSlice) {
    this.#newTimeSlice = newTimeSlice;
  }

  run<T>(steps: Steps<T>): T | Promise<T> {
    const slice = this.#newTimeSlice();
    const first = runSlice(steps, slice);
    if (first.done === true) return first.value;
    // Whoever waits for it hears of a failure; until its turn comes nobody does.
    first.value?.catch(() => undefined);
    const finished = this.#last.then(() => finishInSlices(steps, slice, first.value));
    this.#last = finished.catch(() => undefined);
    return finished;
  }
}
