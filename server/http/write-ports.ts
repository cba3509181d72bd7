import type { Clock } from '../ports/clock.ts';
import type { Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';
import type { FailedWrites } from './failed-writes.ts';

export interface WritePorts {
  /** Takes the writes of clients, gates included. */
  readonly target: WriteTarget;
  /** Takes the writes that a peer replicates, gates included; `undefined`: they are refused. */
  readonly fromPeers: WriteTarget | undefined;
  readonly clock: Clock;
  readonly failed: FailedWrites;
  /** Returns the counter of the writes of a kind that are answered with one status. */
  readonly counter: (kind: Write['kind'], status: number) => () => void;
}

/** Counts a write that is about to be answered, and logs it when it failed. */
export function noteOutcome({ counter, failed }: WritePorts, write: Write, outcome: WriteOutcome): void {
  counter(write.kind, outcome.status)();
  if (outcome.status >= 500) failed.note(write, outcome);
}

/** Whether a write reached another server first and is replicated by it. */
export function isReplication(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['x-netflix-discovery-replication'] === 'true';
}
