import type { Observation } from '../chaos/observation.ts';

/** A full answer of replica 0 that took no time. `at`: milliseconds since the start of the run. */
export function fullAnswer(at: number, facts: ReadonlyMap<string, string>): Observation {
  return { replica: 0, incarnation: 1, question: 'full', sentAt: at, receivedAt: at, facts };
}
