/** What answers of one kind cost. Milliseconds until the whole answer was there; bytes as they came, packed. */
export interface CostReport {
  readonly answers: number;
  readonly bytes: number;
  /** Absent without an answer. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly maxMs?: number;
}

/** Milliseconds; faster answers count as this fast. */
const SHORTEST_MS = 0.1;
/** From one step of the scale to the next: how exact a percentile is. */
const STEP = 1.02;

/** Counts answers on a scale of some hundred steps, whatever their number. */
export class Cost {
  readonly #steps = new Map<number, number>();
  #answers = 0;
  #bytes = 0;
  #maxMs = 0;

  add(ms: number, bytes: number): void {
    const step = Math.max(0, Math.round(Math.log(ms / SHORTEST_MS) / Math.log(STEP)));
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
    this.#answers++;
    this.#bytes += bytes;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  report(): CostReport {
    const total = { answers: this.#answers, bytes: this.#bytes };
    if (this.#answers === 0) return total;
    return { ...total, p50Ms: this.#percentile(0.5), p99Ms: this.#percentile(0.99), maxMs: rounded(this.#maxMs) };
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#answers * share);
    for (const [step, count] of [...this.#steps].toSorted(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return rounded(Math.min(this.#maxMs, SHORTEST_MS * STEP ** step));
    }
    return rounded(this.#maxMs);
  }
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
