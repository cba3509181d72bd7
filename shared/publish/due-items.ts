/** What is due at a time. */
export interface Scheduled {
  /** Epoch milliseconds. */
  dueAt: number;
  /** Taken, and not given back yet. */
  isBusy: boolean;
  /** It comes before whatever is not urgent. */
  isUrgent: boolean;
}

/** Milliseconds between two looks through all items, so that thousands of renewals cost a few looks a second. */
const LOOK_EVERY_MS = 100;

/** The items that are due, urgent ones first, then in the order in which they became due. */
export class DueItems<Item extends Scheduled> {
  readonly #all: () => Iterable<Item>;
  readonly #urgent = new Set<Item>();
  readonly #ready = new Set<Item>();
  /** Epoch milliseconds. */
  #lookAt = Number.POSITIVE_INFINITY;

  constructor(all: () => Iterable<Item>) {
    this.#all = all;
  }

  /** Epoch milliseconds at which `take` may return something; in the past: now. */
  get nextAt(): number {
    return this.#urgent.size + this.#ready.size > 0 ? Number.NEGATIVE_INFINITY : this.#lookAt;
  }

  at(item: Item, dueAt: number, now: number): void {
    item.dueAt = dueAt;
    this.forget(item);
    if (dueAt <= now) this.#put(item);
    else this.#lookAt = Math.min(this.#lookAt, dueAt);
  }

  forget(item: Item): void {
    this.#urgent.delete(item);
    this.#ready.delete(item);
  }

  take(now: number): Item | undefined {
    if (this.#urgent.size + this.#ready.size === 0 && now >= this.#lookAt) this.#look(now);
    for (const items of [this.#urgent, this.#ready])
      for (const item of items) {
        items.delete(item);
        item.isBusy = true;
        return item;
      }
    return undefined;
  }

  #look(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const item of this.#all()) {
      if (item.isBusy) continue;
      if (item.dueAt <= now) this.#put(item);
      else next = Math.min(next, item.dueAt);
    }
    this.#lookAt = Math.max(next, now + LOOK_EVERY_MS);
  }

  #put(item: Item): void {
    (item.isUrgent ? this.#urgent : this.#ready).add(item);
  }
}
