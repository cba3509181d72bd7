export interface Point {
  readonly x: number;
  readonly y: number;
}

/** y = slope · x + intercept. */
export interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the spread of y that the line explains: 1 when every point is on it. */
  readonly rSquared: number;
}

/** The line with the least sum of squared distances in y. At least two points of different x. */
export function fitLine(points: readonly Point[]): LineFit {
  const meanX = meanOf(points.map(({ x }) => x));
  const meanY = meanOf(points.map(({ y }) => y));
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (xx === 0) throw new Error(`no line through ${points.length} points of one x`);
  const slope = xy / xx;
  // Points on one level are explained completely by a level line.
  return { slope, intercept: meanY - slope * meanX, rSquared: yy === 0 ? 1 : (xy * xy) / (xx * yy) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
