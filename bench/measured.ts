import { contest, type Contest } from './contest.ts';
import type { Slice } from './load/slice.ts';
import { bytesText, figure, withSpread } from './report/numbers.ts';
import type { Table } from './section.ts';
import { median } from './statistics.ts';

/** One operation on one registry, as every server did it, round by round. */
export interface Measured {
  readonly operation: string;
  readonly slices: ReadonlyMap<string, readonly Slice[]>;
  /** Body of the answer in bytes, by server. */
  readonly bytes: ReadonlyMap<string, number>;
}

export const PRODUCT = 'Eurek8s';

/** Ours, or one of the others, against another. */
export function against({ slices }: Measured, other: string, one = PRODUCT): Contest | undefined {
  return contest(slices.get(one), slices.get(other));
}

/** Everything that was measured of some operations: a row for each server. */
export function measuredTable(title: string, all: readonly Measured[]): Table {
  const columns = ['operation', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'answer', 'CPU s per 1,000'];
  return {
    title,
    columns: [...columns, `${PRODUCT} / it`],
    rows: all.flatMap((measured) =>
      [...measured.slices].map(([server, slices]) => [
        measured.operation,
        server,
        withSpread(slices.map(({ perSecond }) => perSecond)),
        middle(slices, (slice) => slice.p50Ms),
        middle(slices, (slice) => slice.p99Ms),
        middle(slices, (slice) => slice.p999Ms),
        bytesText(measured.bytes.get(server) ?? Number.NaN),
        middle(slices, (slice) => slice.cpuSecondsPerThousand),
        server === PRODUCT ? '' : withSpread(against(measured, server)?.byRate ?? []),
      ]),
    ),
  };
}

function middle(slices: readonly Slice[], of: (slice: Slice) => number): string {
  const answered = slices.filter(({ requests }) => requests > 0);
  return answered.length === 0 ? '—' : figure(median(answered.map(of)));
}
