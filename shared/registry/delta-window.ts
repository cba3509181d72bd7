/** How long changes stay in the delta. Why it is so: docs/decisions/0017. */
export interface DeltaWindow {
  /** No change leaves the delta before this many milliseconds. */
  readonly leastMs: number;
  /** None stays longer. */
  readonly mostMs: number;
  /** A delta of at most so many instances keeps changes up to the longer time, a larger one for the shorter alone. */
  readonly maxSmallDelta: number;
  /** A delta has at most so many instances for their time stamps alone, and none of more of them at once. */
  readonly maxRestamped: number;
}

/**
 * The shorter time is what stock servers promise (`retentionTimeInMSInDeltaQueue`): a change of content alone that a
 * client misses stays unknown to it, because the hash code agrees. The longer one lets a client miss polls while it
 * backs off after time-outs, which it does up to five minutes; so many instances are one change a second of them. A hundred
 * instances are five KB of a poll: more of them at once are a fail-over.
 */
export const DELTA_WINDOW: DeltaWindow = { leastMs: 180_000, mostMs: 300_000, maxSmallDelta: 360, maxRestamped: 100 };
