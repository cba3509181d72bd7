/** Milliseconds between two lines about the same. */
const MIN_INTERVAL_MS = 60_000;
/** Subjects that have a line in that time: what comes from many addresses must not fill the log. */
const MAX_TOLD = 200;

interface Told {
  readonly at: number;
  untold: number;
}

/** What was not logged before a line. */
export interface Untold {
  /** About the same, since its last line. */
  readonly before: number;
  /** About others, beyond the limit, since the last line about anything. */
  readonly others: number;
}

/** Bounds the lines of a log that anybody on the network can cause. */
export class LineLimit {
  readonly #told = new Map<string, Told>();
  #others = 0;

  /** `undefined`: no line is due. `about`: bounded in length by the caller; `now`: epoch milliseconds. */
  admit(about: string, now: number): Untold | undefined {
    const last = this.#told.get(about);
    if (last !== undefined && now - last.at < MIN_INTERVAL_MS) {
      last.untold += 1;
      return undefined;
    }
    if (last === undefined && this.#told.size >= MAX_TOLD) this.#forget(now);
    if (last === undefined && this.#told.size >= MAX_TOLD) {
      this.#others += 1;
      return undefined;
    }
    const untold = { before: last?.untold ?? 0, others: this.#others };
    this.#others = 0;
    this.#told.delete(about);
    this.#told.set(about, { at: now, untold: 0 });
    return untold;
  }

  /** The entries are in the order in which they were told, the oldest first. */
  #forget(now: number): void {
    for (const [about, { at }] of this.#told) {
      if (now - at < MIN_INTERVAL_MS) break;
      this.#told.delete(about);
    }
  }
}
