import { fitLine } from './line-fit.ts';

/** Bytes after a collection. */
export interface HeapPoint {
  readonly hour: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly resident: number;
}

export interface Growth {
  /** Below zero: it shrinks. */
  readonly bytesPerDay: number;
  readonly rSquared: number;
}

/** The slope of the line through the points: single hours go up and down by what happens to be in flight. */
export function growth(points: readonly HeapPoint[], of: (point: HeapPoint) => number): Growth {
  const { slope, rSquared } = fitLine(points.map((point) => ({ x: point.hour, y: of(point) })));
  return { bytesPerDay: slope * 24, rSquared };
}
