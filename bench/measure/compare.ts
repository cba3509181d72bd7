import { bytesText, figure, withInterval } from '../report/text.ts';
import type { Rounds } from '../rounds.ts';
import type { Table } from '../section.ts';
import { PRODUCT } from '../servers/eurek8s.ts';
import { median, roundByRound } from '../statistics.ts';
import type { Verdict } from '../verdict.ts';
import type { Slice } from './candidate.ts';
import type { Measured } from './measure.ts';

/** How many times better one server is than another, round by round. */
export interface Ratios {
  /** In elapsed time, as clients see it. */
  readonly byClock: readonly number[];
  /** In CPU time: other work on the machine hardly changes it, so it may fail a CI run. */
  readonly byCpu: readonly number[];
}

/** The throughput of `one` against that of `other`; without rounds when either was not measured. */
export function against(slices: Rounds<Slice>, other: string, one = PRODUCT): Ratios {
  const [ours, theirs] = [slices.get(one), slices.get(other)];
  if (ours === undefined || theirs === undefined) return { byClock: [], byCpu: [] };
  return {
    byClock: roundByRound(ours, theirs, (our, their) => our.perSecond / their.perSecond),
    byCpu: roundByRound(ours, theirs, (our, their) => their.cpuSecondsPerThousand / our.cpuSecondsPerThousand),
  };
}

/** As `against`; of servers that were measured side by side only CPU times can be compared. */
export function ratiosOf({ slices, sideBySide }: Measured, other: string, one = PRODUCT): Ratios {
  const ratios = against(slices, other, one);
  return sideBySide ? { ...ratios, byClock: ratios.byCpu } : ratios;
}

/** A time, and the CPU time in it. */
export interface Timed {
  readonly time: number;
  readonly cpu: number;
}

/** How many times as long `one` takes as `other`. */
export function times(rounds: Rounds<Timed>, one: string, other: string): Ratios {
  const of = (pick: (each: Timed) => number): readonly number[] =>
    roundByRound(rounds.get(one) ?? [], rounds.get(other) ?? [], (a, b) => pick(a) / pick(b));
  return { byClock: of(({ time }) => time), byCpu: of(({ cpu }) => cpu) };
}

export interface RatioBar {
  readonly what: string;
  readonly bar: number;
  readonly ciBar?: number;
  readonly remark?: string;
}

/** The verdict over a comparison; none when it did not take place. */
export function ratioVerdict(bar: RatioBar, ratios: Ratios): readonly Verdict[] {
  if (ratios.byClock.length === 0) return [];
  return [{ ...bar, samples: ratios.byClock, unit: '×', sense: 'at least', ciValue: median(ratios.byCpu) }];
}

const COLUMNS = ['operation', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'answer', 'CPU s per 1,000'];

/**
 * The table of some operations, with a row for each server. `rivalOf`: the server of ours that a server is compared
 * with.
 */
export function measuredTable(
  title: string,
  all: readonly Measured[],
  rivalOf: (server: string) => string = () => PRODUCT,
): Table {
  const row = (measured: Measured, server: string): readonly string[] => {
    const { operation, slices, bytes } = measured;
    const own = slices.get(server) ?? [];
    const middle = (of: (slice: Slice) => number): string => figure(median(own.map(of)));
    const rival = rivalOf(server);
    return [
      operation,
      server,
      withInterval(own.map(({ perSecond }) => perSecond)),
      middle(({ p50Ms }) => p50Ms),
      middle(({ p99Ms }) => p99Ms),
      middle(({ p999Ms }) => p999Ms),
      bytesText(bytes.get(server) ?? Number.NaN),
      middle(({ cpuSecondsPerThousand }) => cpuSecondsPerThousand),
      server === rival ? '' : withInterval(ratiosOf(measured, server, rival).byClock),
    ];
  };
  return {
    title,
    columns: [...COLUMNS, `${PRODUCT} / it`],
    rows: all.flatMap((each) => [...each.slices.keys()].map((server) => row(each, server))),
  };
}
