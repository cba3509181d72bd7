import type { Clock, Random } from '../../ports/clock.ts';
import type { ExtensionApi, Presence } from './extension-api.ts';
import type { Resource, WatchPlan } from './resources.ts';
import type { Timing } from './timing.ts';
import { wait } from './wait.ts';
import type { WatchRecord } from './watch-record.ts';

interface Watched {
  readonly plan: WatchPlan;
  readonly record: WatchRecord;
}

export interface ExtensionWatchOptions<W extends Watched> {
  readonly api: ExtensionApi;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly random: Random;
  readonly watched: readonly W[];
  /** Follows one of them in the version of the plan, until the signal aborts. */
  readonly watch: (watched: W, plan: WatchPlan, signal: AbortSignal) => Promise<void>;
}

interface Running {
  readonly version: string;
  readonly end: () => Promise<void>;
}

/**
 * Follows resources that may be installed and removed while we run. An API server without them is asked whether it has
 * them, and nothing else. What was known of a resource that is gone stays: no list has shown that the objects are gone.
 */
export async function watchExtensions<W extends Watched>(
  options: ExtensionWatchOptions<W>,
  signal: AbortSignal,
): Promise<void> {
  const { api, timing, clock, random, watched } = options;
  const running = new Map<WatchPlan, Running>();
  const resources: readonly Resource[] = [...new Set(watched.map(({ plan }) => plan.resource))];
  let failures = 0;
  while (!signal.aborted) {
    const found = await api.look(resources, signal);
    if (signal.aborted) break;
    for (const each of watched) {
      const presence = found.get(each.plan.resource);
      if (presence !== undefined) await follow(options, each, presence, running, signal);
    }
    const failed = [...found.values()].some(({ kind }) => kind === 'unknown');
    failures = failed ? failures + 1 : 0;
    const backoff = Math.min(timing.maxBackoff, timing.minInterval * 2 ** Math.min(failures, 20));
    await wait(clock, (failed ? backoff : timing.extensionInterval) * (0.9 + random() / 5), signal);
  }
  await Promise.all([...running.values()].map(({ end }) => end()));
}

async function follow<W extends Watched>(
  { watch }: ExtensionWatchOptions<W>,
  watched: W,
  presence: Presence,
  running: Map<WatchPlan, Running>,
  signal: AbortSignal,
): Promise<void> {
  const { plan, record } = watched;
  const current = running.get(plan);
  switch (presence.kind) {
    case 'unknown':
      // Its watch, if there is one, notices for itself.
      if (current === undefined) record.failed('list', presence.failure);
      return;
    case 'absent':
      running.delete(plan);
      await current?.end();
      return record.absent();
    case 'going':
    case 'served': {
      if (current?.version === presence.version) return;
      await current?.end();
      const own = new AbortController();
      const done = watch(watched, { ...plan, version: presence.version }, AbortSignal.any([signal, own.signal]));
      const end = (): Promise<void> => {
        own.abort();
        return done;
      };
      running.set(plan, { version: presence.version, end });
    }
  }
}
