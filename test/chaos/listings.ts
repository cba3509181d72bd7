import type { Truth } from './truth.ts';
import { TIMES } from './timing.ts';

/** What the legacy itself listed when the judge asked it, not through us. */
export interface Listing {
  /** When it was asked. */
  readonly at: number;
  /** What it showed of each instance, by id. */
  readonly states: ReadonlyMap<string, string>;
}

/** A list of which only the ids are known. */
export function listedWithoutStates(ids: readonly string[]): Listing['states'] {
  return new Map(ids.map((id) => [id, '']));
}

/** At most so many may go at once, by `guards.minInstances` and `guards.maxRemoval`: more must be held. */
function mayGoAtOnce(total: number): number {
  return Math.max(2, Math.floor(total * 0.3));
}

const KEPT_MS = 180_000;

/**
 * The legacy's own lists over time. A replica can know no more than these: an instance that the legacy lacked for a
 * while may be lacking with us, unless so many were lacking that the brake must have held them.
 */
export class Listings {
  readonly #all: Listing[] = [];
  readonly #truth: Truth;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  add(listing: Listing): void {
    this.#all.push(listing);
    while (this.#all[0] !== undefined && this.#all[0].at < listing.at - KEPT_MS) this.#all.shift();
  }

  /**
   * Whether a replica may lack this instance at a time, when news since `readyFrom` must have reached it. `unguarded`: it had
   * no view before this one to compare with.
   */
  excuses(id: string, receivedAt: number, readyFrom: number, lag: number, unguarded: boolean): boolean {
    for (const gap of this.#gapsOf(id)) {
      if (gap.from > receivedAt + 500) continue;
      const seenAgain = Math.max(gap.to, readyFrom === Infinity ? receivedAt : readyFrom);
      if (receivedAt > seenAgain + lag) continue;
      if (unguarded || gap.few <= receivedAt + 500 || receivedAt - gap.from >= TIMES.grace - 1_000) return true;
    }
    return false;
  }

  /** Since when the legacy has lacked this instance, or had until so shortly before that the rest need not be known. */
  lackingSince(id: string, at: number, lag: number): number | undefined {
    return this.#gapsOf(id).findLast(({ from, to }) => from <= at && at <= to + lag)?.from;
  }

  /**
   * Whether the legacy itself showed this state when it was asked within a time. A stock server that makes its list while
   * an instance registers may keep the one without it, and show it after it has confirmed the registration, and after its
   * delta has had it. Seen on a stock server under load: its list, asked for 51 ms after the confirmation, was the old one.
   */
  showed(id: string, state: string, from: number, to: number): boolean {
    return this.#all.some(({ at, states }) => at >= from && at <= to && states.get(id) === state);
  }

  /** How many of the instances that should be listed are lacking, at most, since a time. */
  mostLackingSince(at: number): number {
    return this.#all.reduce((most, listing) => (listing.at < at ? most : Math.max(most, this.#lacking(listing))), 0);
  }

  /** The times at which the legacy lacked it. `few`: from when on so few were lacking that they may go at once. */
  #gapsOf(id: string): readonly { readonly from: number; readonly to: number; readonly few: number }[] {
    const gaps: { from: number; to: number; few: number }[] = [];
    let open: { from: number; to: number; few: number } | undefined;
    let before = 0;
    for (const listing of this.#all) {
      if (listing.states.has(id)) {
        // Between the last list without it and this one any number may have been lacking.
        if (open !== undefined) gaps.push({ ...open, to: listing.at, few: Math.min(open.few, open.to) });
        open = undefined;
      } else {
        open = { from: open?.from ?? before, to: listing.at, few: open?.few ?? Infinity };
        if (open.few === Infinity && this.#lacking(listing) <= mayGoAtOnce(this.#total(listing.at))) open.few = before;
      }
      before = listing.at;
    }
    if (open !== undefined) gaps.push({ ...open, to: Infinity });
    return gaps;
  }

  #lacking({ at, states }: Listing): number {
    return [...this.#trueIds(at)].filter((id) => !states.has(id)).length;
  }

  #total(at: number): number {
    return [...this.#trueIds(at)].length;
  }

  *#trueIds(at: number): Generator<string> {
    for (const { key, source, episodes } of this.#truth.timelines.values()) {
      if (source !== 'legacy') continue;
      const current = episodes.findLast(({ since }) => since <= at);
      if (current !== undefined && current.state !== 'absent') yield key;
    }
  }
}
