import { join } from 'node:path';
import { cpuSeconds } from '../cpu-time.ts';
import { freePort } from '../../testbed/ports.ts';
import { until } from '../../testbed/until.ts';
import type { CallerKind } from './dial-callers.ts';

/** A service with so many entries, spread over so many zones. */
export interface LongList {
  readonly entries: number;
  readonly zones: number;
}

export const LONG_LISTS: readonly LongList[] = [
  { entries: 8, zones: 2 },
  { entries: 32, zones: 2 },
  { entries: 128, zones: 2 },
  { entries: 400, zones: 2 },
  { entries: 400, zones: 1 },
];

export function longListName({ entries, zones }: LongList): string {
  return `many${entries}in${zones}`;
}

/** Java has compiled what a call needs after so many. */
const WARMING_CALLS = 200;
const CALLS = 400;

/** The CPU time of one call in milliseconds, its part of the client's polls included, for each list. */
export async function costOfCalls(
  kind: CallerKind,
  { dir, eurekaUrl }: { readonly dir: string; readonly eurekaUrl: string },
): Promise<ReadonlyMap<LongList, number>> {
  const app = `many-${kind.key}`;
  const options = { eurekaUrl, dir: join(dir, app), app, id: `${app}-1`, port: await freePort(), hosts: {} };
  const { once, pid, stop } = await kind.start(options);
  if (pid === undefined) throw new Error(`${kind.key} does not say which process it is`);
  const costs = new Map<LongList, number>();
  try {
    for (const list of LONG_LISTS) {
      const service = longListName(list);
      const reached = async (): Promise<boolean> => (await once(service)) !== '';
      await until(`${app} reaches ${service}`, reached, { timeoutMs: 120_000 });
      for (let i = 0; i < WARMING_CALLS; i++) await once(service);
      const before = cpuSeconds(pid);
      for (let i = 0; i < CALLS; i++) await once(service);
      costs.set(list, (1000 * (cpuSeconds(pid) - before)) / CALLS);
    }
    return costs;
  } finally {
    await stop();
  }
}
