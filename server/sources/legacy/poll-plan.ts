export interface PlanSettings {
  readonly pollInterval: number;
  readonly fullInterval: number;
  readonly deltaRetryInterval: number;
  readonly deltaReach: number;
}

export type Fetch = 'full' | 'delta';

/**
 * Which fetch comes next: a state machine over what the fetches before brought. Full first, then deltas, full again
 * when there is any doubt that deltas still lead to the server's view.
 */
export class PollPlan {
  readonly #settings: PlanSettings;
  #lastFullAt: number | undefined;
  #lastSuccessAt = 0;
  #doubt = true;
  #deltaRefusedUntil = 0;
  #mismatches = 0;

  constructor(settings: PlanSettings) {
    this.#settings = settings;
  }

  /** Epoch milliseconds. */
  get lastFullAt(): number | undefined {
    return this.#lastFullAt;
  }

  /** Whether the server offers no delta, as far as we know. */
  deltaRefused(now: number): boolean {
    return now < this.#deltaRefusedUntil;
  }

  /** `empty`: our view has no instances; Java clients then fetch everything too. */
  next(now: number, empty: boolean): Fetch {
    if (this.#lastFullAt === undefined || this.#doubt || empty) return 'full';
    if (this.deltaRefused(now)) return 'full';
    if (now - this.#lastFullAt >= this.#settings.fullInterval) return 'full';
    return now - this.#lastSuccessAt >= this.#settings.deltaReach ? 'full' : 'delta';
  }

  fullDone(now: number): void {
    this.#lastFullAt = now;
    this.#lastSuccessAt = now;
    this.#doubt = false;
  }

  deltaDone(now: number): void {
    this.#lastSuccessAt = now;
    this.#mismatches = 0;
  }

  /**
   * The hash after a delta differs from the server's: a full fetch is due, and the next one later each time it did not
   * help. A stock server's full answer may lag 30 s behind its delta, and some servers never agree with themselves.
   */
  deltaMismatched(now: number): Fetch {
    this.#lastSuccessAt = now;
    const gap = this.#mismatches === 0 ? 0 : this.#settings.pollInterval * 2 ** Math.min(this.#mismatches, 10);
    const due = this.#lastFullAt === undefined || now - this.#lastFullAt >= Math.min(gap, this.#settings.fullInterval);
    if (due) this.#mismatches++;
    return due ? 'full' : 'delta';
  }

  /** 403 or 404: the server has switched its delta off. Asked again now and then. */
  deltaUnavailable(now: number): void {
    this.#deltaRefusedUntil = now + this.#settings.deltaRetryInterval;
  }

  /** A fetch failed, or another server answers now: the server may have restarted and lost its recent changes. */
  doubt(): void {
    this.#doubt = true;
  }
}
