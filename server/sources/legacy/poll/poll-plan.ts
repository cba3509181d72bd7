import type { FetchKind } from '../view/poll-round.ts';

/** In milliseconds. */
export interface PlanSettings {
  readonly pollInterval: number;
  readonly fullInterval: number;
  /** How long `apps/delta` is not requested again from a server that refused it. */
  readonly deltaRetryInterval: number;
  /**
   * A view that is older is replaced by a full fetch, because stock servers keep changes in their delta for only 180 s.
   */
  readonly maxDeltaGap: number;
}

/** Why the view after a delta does not have the server's hash code. */
export type DeltaFault =
  | 'changes' // It had changes, but not all of them.
  | 'no-change' // It had no changes.
  | 'no-hash'; // It had neither changes nor a hash code.

/** The gap between full fetches without effect grows up to this power of two. */
const MAX_DOUBLINGS = 10;
/** Consecutive deltas without changes whose hash code does not agree, after which deltas count as useless. */
const MAX_USELESS = 3;
/** Milliseconds between full fetches while deltas are useless, because nothing else shows a change then. */
const MAX_USELESS_GAP = 30_000;

/**
 * Decides which fetch is next, by the results of the previous ones: first a full one, then deltas. Another full fetch
 * follows when there is any doubt that deltas still lead to the server's view.
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

  /** Epoch milliseconds of the last complete full fetch; `undefined` before the first. */
  get lastFullAt(): number | undefined {
    return this.#lastFullAt;
  }

  /** Whether the server is known to offer no delta. */
  deltaRefused(now: number): boolean {
    return now < this.#deltaRefusedUntil;
  }

  /** Whether the server's deltas have no changes, which happens with products other than Eureka. */
  get deltaUseless(): boolean {
    return this.#useless >= MAX_USELESS;
  }

  /** `empty`: whether our view has no instances. Java clients fetch everything in that case too. */
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
   * The hash code after a delta differs from the server's. Returns `full` when a full fetch is due. Each full fetch
   * that did not help delays the next one: a stock server's full answer may lag 30 s behind its delta, and some servers
   * never agree with their own hash code. While deltas are useless, full fetches are the only way to see changes.
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

  /** The server answered 403 or 404: its delta is switched off. It is requested again after `deltaRetryInterval`. */
  deltaUnavailable(now: number): void {
    this.#deltaRefusedUntil = now + this.#settings.deltaRetryInterval;
  }

  /** A fetch failed: the server may have restarted and lost its recent changes, or another server may answer next. */
  doubt(): void {
    this.#doubt = true;
  }
}
