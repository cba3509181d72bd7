import type { FastifyReply } from 'fastify';
import { runInSlices, type NewTimeSlice, type Steps } from '../../shared/time-slice.ts';

/** Requests that wait for their turn. Each may take about a second where there is much to look at. */
const MAX_WAITING = 16;

export const TOO_MANY_WAIT = 'too many requests for large reports wait already: ask again later';

/**
 * Runs what a large report takes, in slices. `undefined`: too many wait already. `'gone'`: nobody is left to read it.
 */
export type InTurn = <T>(reply: FastifyReply, begin: () => Steps<T>) => Promise<T | 'gone'> | undefined;

/** One report after the other, because each holds its own in memory. `begin` is called when its turn has come. */
export function inTurnBy(newTimeSlice: NewTimeSlice, maxWaiting = MAX_WAITING): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (reply, begin) => {
    if (waiting >= maxWaiting) return undefined;
    waiting++;
    const done = last
      .then(() => (reply.raw.destroyed ? 'gone' : runInSlices(begin(), newTimeSlice())))
      .finally(() => void waiting--);
    last = done.catch(() => undefined);
    return done;
  };
}
