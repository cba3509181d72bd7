import type { AppName, InstanceId } from '../model/names.ts';

const FIRST_BUCKETS = 64;
/** A bucket is two numbers: the hash, and the slot plus one (0: nobody is here). */
const WIDTH = 2;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Gives each instance a small number, its slot, so that what belongs to it can lie in flat arrays. With 100,000 instances
 * a heartbeat costs as much as the places far apart in memory that it has to read: with maps of objects a dozen, here and
 * in `LeaseRows` five. Hence a hash table of our own: open addressing, at most half full.
 */
export class SlotIndex {
  #buckets = new Int32Array(FIRST_BUCKETS * WIDTH);
  readonly #apps: AppName[] = [];
  readonly #ids: InstanceId[] = [];
  readonly #free: number[] = [];

  /** Slots in use. */
  get size(): number {
    return this.#ids.length - this.#free.length;
  }

  find(app: AppName, id: InstanceId): number | undefined {
    const buckets = this.#buckets;
    const hash = hashOf(app, id);
    for (let at = this.#home(hash); ; at = this.#next(at)) {
      const slot = (buckets[at + 1] ?? 0) - 1;
      if (slot < 0) return undefined;
      if (buckets[at] === hash && this.#ids[slot] === id && this.#apps[slot] === app) return slot;
    }
  }

  /** For an instance that is not in here; slots that were given back are used first. */
  add(app: AppName, id: InstanceId): number {
    if ((this.size + 1) * WIDTH > this.#buckets.length / 2) this.#grow();
    const slot = this.#free.pop() ?? this.#ids.length;
    this.#apps[slot] = app;
    this.#ids[slot] = id;
    this.#enter(hashOf(app, id), slot);
    return slot;
  }

  /** Gives the slot back. */
  remove(app: AppName, id: InstanceId): void {
    const slot = this.find(app, id);
    if (slot === undefined) return;
    this.#free.push(slot);
    let hole = this.#home(hashOf(app, id));
    while (this.#buckets[hole + 1] !== slot + 1) hole = this.#next(hole);
    // Whoever was pushed past the hole moves up, or a search would end at it.
    for (let at = this.#next(hole); this.#buckets[at + 1] !== 0; at = this.#next(at)) {
      if (!this.#mayMove(at, hole)) continue;
      this.#buckets.copyWithin(hole, at, at + WIDTH);
      hole = at;
    }
    this.#buckets.fill(0, hole, hole + WIDTH);
  }

  /** Whether what is at `from` is found at `to` as well: it is not left of its home then, in the ring from there on. */
  #mayMove(from: number, to: number): boolean {
    const home = this.#home(this.#buckets[from] ?? 0);
    const mask = this.#buckets.length - 1;
    return ((from - home) & mask) >= ((from - to) & mask);
  }

  #enter(hash: number, slot: number): void {
    let at = this.#home(hash);
    while (this.#buckets[at + 1] !== 0) at = this.#next(at);
    this.#buckets[at] = hash;
    this.#buckets[at + 1] = slot + 1;
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WIDTH) {
      const slot = (old[at + 1] ?? 0) - 1;
      if (slot >= 0) this.#enter(old[at] ?? 0, slot);
    }
  }

  #home(hash: number): number {
    return (hash << 1) & (this.#buckets.length - 1);
  }

  #next(at: number): number {
    return (at + WIDTH) & (this.#buckets.length - 1);
  }
}

function hashOf(app: AppName, id: InstanceId): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < app.length; i++) hash = Math.imul(hash ^ app.charCodeAt(i), FNV_PRIME);
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), FNV_PRIME);
  // The upper bits are the better mixed ones, and buckets go by the lower.
  return hash ^ (hash >>> 15);
}
