interface Stoppable {
  stop(): Promise<void>;
}

/** Takes what was started, to be stopped at the end. */
export type Keep = <T extends Stoppable>(started: T) => T;

/** Runs a scenario and stops what it kept, last first, however it ends: no process outlives its section. */
export async function staged<T>(work: (keep: Keep) => Promise<T>): Promise<T> {
  const kept: Stoppable[] = [];
  try {
    return await work((started) => {
      kept.push(started);
      return started;
    });
  } finally {
    for (const started of kept.toReversed()) await started.stop();
  }
}
