import type { Tally } from '../../testbed/tally.ts';
import { callWhile } from './dial-calls.ts';
import type { Caller } from './dial-callers.ts';
import { hostOf } from './dial-scene.ts';

export interface WatchedSwitch {
  readonly caller: Caller;
  /** When the last call reached the world that is left, in milliseconds after the switch was written. */
  readonly lastAt: number;
  /** From the switch on. */
  readonly calls: number;
  readonly failures: Tally;
}

/** Calls all the time, from before `switchOver` writes until the caller has what is served then. */
export async function watchSwitch(
  callers: readonly Caller[],
  service: string,
  leaves: 'kubernetes' | 'registered',
  switchOver: () => Promise<void>,
): Promise<readonly WatchedSwitch[]> {
  let done = false;
  let writtenAt = Number.POSITIVE_INFINITY;
  const watch = async (caller: Caller): Promise<WatchedSwitch> => {
    let [lastAt, calls] = [0, 0];
    const once = async (name: string): Promise<string> => {
      const startedAt = Date.now();
      if (startedAt >= writtenAt) calls += 1;
      const host = await caller.once(name);
      const isLeft = host.startsWith(hostOf(name)) === (leaves === 'kubernetes');
      if (startedAt >= writtenAt && isLeft) lastAt = startedAt - writtenAt;
      return host;
    };
    const { failures } = await callWhile({ once }, service, 1, () => !done);
    return { caller, lastAt, calls, failures };
  };
  const watching = Promise.all(callers.map(watch));
  writtenAt = Date.now();
  await switchOver()
    .then(() => Promise.all(callers.map((caller) => caller.refreshed())))
    .finally(() => (done = true));
  return watching;
}
