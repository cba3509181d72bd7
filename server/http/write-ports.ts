import type { Clock } from '../ports/clock.ts';
import type { Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';

/** Notes writes that went wrong, for the log. */
export interface FailureLog {
  note(write: Write, outcome: WriteOutcome): void;
  /** A registration that could not be read, with what its path names as the application. */
  noteRefused(app: string, reason: string): void;
}

export interface WritePorts {
  /** Takes the writes of clients, gates included. */
  readonly target: WriteTarget;
  /** Takes the writes that a peer replicates, gates included; `undefined`: they are refused. */
  readonly fromPeers: WriteTarget | undefined;
  readonly clock: Clock;
  readonly failed: FailureLog;
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
