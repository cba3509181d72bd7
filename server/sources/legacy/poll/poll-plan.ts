import type { FetchKind } from '../view/poll-round.ts';

/** In milliseconds. */
export interface PlanSettings {
  readonly pollInterval: number;
  readonly fullInterval: number;
  /** How long a server that refused `apps/delta` is not asked for it again. */
  readonly deltaRetryInterval: number;
  /** An older view is replaced by a full fetch: stock servers keep changes in their delta for 180 s only. */
  readonly maxDeltaGap: number;
}

/** How a delta failed that did not lead to the server's hash code. */
export type DeltaFault =
  | 'changes' // It brought changes, though not all.
  | 'no-change' // It brought nothing.
  | 'no-hash'; // Nor did it have a hash code that it could lead to.

/** The gap between full fetches that do not help grows up to this power of two. */
const MAX_DOUBLINGS = 10;
/** Deltas in a row that brought nothing and did not agree: they are of no use then. */
const MAX_USELESS = 3;
/** Milliseconds between full fetches when deltas are of no use: then nothing else brings a change. */
const MAX_USELESS_GAP = 30_000;

/**
 * Which fetch comes next: a state machine over what the fetches before it brought. A full one comes first, then deltas.
 * A full one comes again when there is any doubt that deltas still lead to the server's view.
 */
export class PollPlan {
  readonly #settings: PlanSettings;
  #lastFullAt: number | undefined;
  #lastSuccessAt = 0;
  #doubt = true;
  #deltaRefusedUntil = 0;
  #mismatches = 0;
  #useless = 0;

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

  /** Whether the server's deltas bring nothing, as those of other products than Eureka may. */
  get deltaUseless(): boolean {
    return this.#useless >= MAX_USELESS;
  }

  /** `empty`: our view has no instances. Java clients then fetch everything too. */
  next(now: number, empty: boolean): FetchKind {
    if (this.#lastFullAt === undefined || this.#doubt || empty) return 'full';
    if (this.deltaRefused(now)) return 'full';
    if (now - this.#lastFullAt >= this.#settings.fullInterval) return 'full';
    return now - this.#lastSuccessAt >= this.#settings.maxDeltaGap ? 'full' : 'delta';
  }

  fullDone(now: number): void {
    this.#lastFullAt = now;
    this.#lastSuccessAt = now;
    this.#doubt = false;
  }

  deltaDone(now: number): void {
    this.#lastSuccessAt = now;
    this.#mismatches = 0;
    this.#useless = 0;
  }

  /**
   * The hash code after a delta differs from the server's. A full fetch is due, and the next one comes later each time
   * it did not help: a stock server's full answer may lag 30 s behind its delta, and some servers never agree with
   * themselves. But where the deltas are of no use, full fetches are the only way to the truth.
   */
  deltaMismatched(now: number, fault: DeltaFault = 'changes'): FetchKind {
    this.#lastSuccessAt = now;
    this.#useless = fault === 'changes' ? 0 : this.#useless + 1;
    if (this.deltaUseless && fault === 'no-hash') {
      this.deltaUnavailable(now);
      return 'full';
    }
    const gap =
      this.#mismatches === 0 ? 0 : this.#settings.pollInterval * 2 ** Math.min(this.#mismatches, MAX_DOUBLINGS);
    const maxGap = Math.min(this.#settings.fullInterval, this.deltaUseless ? MAX_USELESS_GAP : Infinity);
    const due = this.#lastFullAt === undefined || now - this.#lastFullAt >= Math.min(gap, maxGap);
    if (due) this.#mismatches++;
    return due ? 'full' : 'delta';
  }

  /** The server answered 403 or 404: its delta is switched off. It is asked again now and then. */
  deltaUnavailable(now: number): void {
    this.#deltaRefusedUntil = now + this.#settings.deltaRetryInterval;
  }

  /** A fetch failed: the server may have restarted and lost its recent changes, or another one may answer next. */
  doubt(): void {
    this.#doubt = true;
  }
}
