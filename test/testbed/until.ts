import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that anything may take on a machine that is busy with other work; nothing here is to be measured by it. */
export const PATIENCE_MS = 120_000;

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
  { timeoutMs = PATIENCE_MS, everyMs = 50 }: UntilOptions = {},
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
