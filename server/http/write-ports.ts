import type { Clock } from '../ports/clock.ts';
import type { Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';
import type { FailedWrites } from './failed-writes.ts';

export interface WritePorts {
  /** Where writes go, gates included. */
  readonly target: WriteTarget;
  /** Where those go that a peer passes on, gates included; `undefined`: they are refused. */
  readonly fromPeers: WriteTarget | undefined;
  readonly clock: Clock;
  readonly failed: FailedWrites;
  /** What writes of a kind that are answered with a status are counted by. */
  readonly counter: (kind: Write['kind'], status: number) => () => void;
}

/** Accounts for a write that is about to be answered. */
export function noteOutcome({ counter, failed }: WritePorts, write: Write, outcome: WriteOutcome): void {
  counter(write.kind, outcome.status)();
  if (outcome.status >= 500) failed.note(write, outcome);
}

/** Says that a write reached another server first, and that this one passed it on. */
export function isReplication(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['x-netflix-discovery-replication'] === 'true';
}
