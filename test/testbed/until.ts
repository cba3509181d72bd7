import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Calls `attempt` again and again until it returns neither undefined nor false, and returns that. An attempt that
 * throws counts as not yet; at the deadline the last failure is the cause of the error.
 */
export async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined | false>,
  { timeoutMs = 30_000, everyMs = 50 }: UntilOptions = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const answer = await attempt();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: failure });
    await sleep(everyMs);
  }
}
