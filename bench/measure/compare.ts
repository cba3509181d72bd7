import { bytesText, figure, withInterval } from '../report/text.ts';
import type { Rounds } from '../rounds.ts';
import type { Table } from '../section.ts';
import { PRODUCT } from '../servers/eurek8s.ts';
import { median, roundByRound } from '../statistics.ts';
import type { Verdict } from '../verdict.ts';
import type { Slice } from './candidate.ts';
import type { Measured } from './measure.ts';

/** How much better one is than another, round by round. */
export interface Ratios {
  /** By the clock: what clients see. */
  readonly byClock: readonly number[];
  /** In CPU time: nearly the same whatever else the machine does, so it can decide over a CI run. */
  readonly byCpu: readonly number[];
}

/** Ours, or another one, against somebody; without rounds when one of both was not measured. */
export function against(slices: Rounds<Slice>, other: string, one = PRODUCT): Ratios {
  const [ours, theirs] = [slices.get(one), slices.get(other)];
  if (ours === undefined || theirs === undefined) return { byClock: [], byCpu: [] };
  return {
    byClock: roundByRound(ours, theirs, (our, their) => our.perSecond / their.perSecond),
    byCpu: roundByRound(ours, theirs, (our, their) => their.cpuSecondsPerThousand / our.cpuSecondsPerThousand),
  };
}

/** A time, and the CPU time in it. */
export interface Timed {
  readonly time: number;
  readonly cpu: number;
}

/** How many times as long one takes as another. */
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

/** Everything that was measured of some operations: a row for each server. `rivalOf`: whom of ours it is compared with. */
export function measuredTable(
  title: string,
  all: readonly Measured[],
  rivalOf: (server: string) => string = () => PRODUCT,
): Table {
  const row = ({ operation, slices, bytes }: Measured, server: string): readonly string[] => {
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
      server === rival ? '' : withInterval(against(slices, server, rival).byClock),
    ];
  };
  return {
    title,
    columns: [...COLUMNS, `${PRODUCT} / it`],
    rows: all.flatMap((each) => [...each.slices.keys()].map((server) => row(each, server))),
  };
}
