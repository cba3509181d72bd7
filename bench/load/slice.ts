import { cpuSeconds } from '../cpu.ts';
import { SIZES } from '../data/registry.ts';
import type { Contender } from '../interleave.ts';
import type { Bench, RegistrySize } from '../section.ts';
import type { Subject } from '../subjects/subject.ts';
import { median } from '../statistics.ts';
import { load, type Load, type LoadResult } from './wrk.ts';

/** What one server did in one short while under load. */
export interface Slice extends LoadResult {
  /** CPU time of the server, all threads, for a thousand requests. */
  readonly cpuSecondsPerThousand: number;
  /** What it was joined of. */
  readonly turns?: readonly Slice[];
}

export type SubjectLoad = Omit<Load, 'url'> & { readonly target: string };

export async function measureSlice(subject: Subject, { target, ...rest }: SubjectLoad): Promise<Slice> {
  const before = cpuSeconds(subject.pid);
  const result = await load({ ...rest, url: subject.url + target });
  const used = cpuSeconds(subject.pid) - before;
  return { ...result, cpuSecondsPerThousand: result.requests === 0 ? Number.NaN : (used / result.requests) * 1000 };
}

/** The turns of a round as one; latencies are the medians of theirs. */
export function joinTurns(slices: readonly Slice[]): Slice {
  const sum = (of: (slice: Slice) => number): number => slices.reduce((total, slice) => total + of(slice), 0);
  const middle = (of: (slice: Slice) => number): number => median(slices.map(of));
  const seconds = sum((slice) => slice.seconds);
  const answered = slices.filter(({ requests }) => requests > 0);
  const requests = sum((slice) => slice.requests);
  const cpuSeconds = answered.reduce((total, slice) => total + slice.cpuSecondsPerThousand * slice.requests, 0);
  return {
    seconds,
    requests,
    perSecond: requests / seconds,
    bytes: sum(({ bytes }) => bytes),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    p999Ms: middle(({ p999Ms }) => p999Ms),
    cpuSecondsPerThousand: requests === 0 ? Number.NaN : cpuSeconds / requests,
    turns: slices,
  };
}

/** Small answers come in thousands in no time; larger ones need it. */
export function sliceSeconds({ quick }: Bench, size: RegistrySize): number {
  return quick || size === SIZES.small ? 0.7 : 1;
}

/** A server's part of a round. */
export interface Part {
  readonly turns: number;
  /** Of each turn. */
  readonly seconds: number;
}

/** A part of a round as a contender takes it; `measure` is under load for so many seconds. */
export function takenInTurns(
  { turns, seconds }: Part,
  measure: (seconds: number) => Promise<Slice>,
): Pick<Contender<Slice>, 'once' | 'turns'> {
  return { once: () => measure(seconds), ...(turns > 1 && { turns: { count: turns, join: joinTurns } }) };
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
