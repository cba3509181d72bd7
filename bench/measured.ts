import type { Slice } from './load/slice.ts';
import { bytesText, figure, withSpread } from './report/numbers.ts';
import type { Table } from './section.ts';
import { median, ratios } from './statistics.ts';

/** One operation on one registry, as every server did it, round by round. */
export interface Measured {
  readonly operation: string;
  readonly slices: ReadonlyMap<string, readonly Slice[]>;
  /** Body of the answer in bytes, by server. */
  readonly bytes: ReadonlyMap<string, number>;
}

export const PRODUCT = 'Eurek8s';

/** Requests per second of ours for each of theirs, round by round; undefined when one of both was not measured. */
export function rateRatios({ slices }: Measured, other: string, ours = PRODUCT): readonly number[] | undefined {
  const mine = rates(slices.get(ours));
  const theirs = rates(slices.get(other));
  if (mine.length === 0 || theirs.length === 0) return undefined;
  const rounds = Math.min(mine.length, theirs.length);
  return ratios(mine.slice(0, rounds), theirs.slice(0, rounds));
}

export function rates(slices: readonly Slice[] = []): readonly number[] {
  return slices.map(({ perSecond }) => perSecond);
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
        withSpread(rates(slices)),
        middle(slices, (slice) => slice.p50Ms),
        middle(slices, (slice) => slice.p99Ms),
        middle(slices, (slice) => slice.p999Ms),
        bytesText(measured.bytes.get(server) ?? Number.NaN),
        middle(slices, (slice) => slice.cpuSecondsPerThousand),
        server === PRODUCT ? '' : withSpread(rateRatios(measured, server) ?? []),
      ]),
    ),
  };
}

function middle(slices: readonly Slice[], of: (slice: Slice) => number): string {
  return slices.length === 0 ? '—' : figure(median(slices.map(of)));
}
