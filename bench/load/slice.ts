import { cpuSeconds } from '../cpu.ts';
import { SIZES } from '../data/registry.ts';
import type { Bench, RegistrySize } from '../section.ts';
import type { Subject } from '../subjects/subject.ts';
import { load, type Load, type LoadResult } from './wrk.ts';

/** What one server did in one short while under load. */
export interface Slice extends LoadResult {
  /** CPU time of the server, all threads, for a thousand requests. */
  readonly cpuSecondsPerThousand: number;
}

export type SubjectLoad = Omit<Load, 'url'> & { readonly target: string };

export async function measureSlice(subject: Subject, { target, ...rest }: SubjectLoad): Promise<Slice> {
  const before = cpuSeconds(subject.pid);
  const result = await load({ ...rest, url: subject.url + target });
  const used = cpuSeconds(subject.pid) - before;
  return { ...result, cpuSecondsPerThousand: result.requests === 0 ? Number.NaN : (used / result.requests) * 1000 };
}

/** Small answers come in thousands in no time; larger ones need it. */
export function sliceSeconds({ quick }: Bench, size: RegistrySize): number {
  return quick || size === SIZES.small ? 0.7 : 1;
}

/** For a kind of request that is new to the server. Java compiles as it goes, so it needs longer to its usual speed. */
export function warmUpSeconds({ quick }: Bench, { runtime }: Subject): number {
  switch (runtime) {
    case 'java':
      return 1;
    case 'node':
      return quick ? 0.4 : 0.5;
  }
}
