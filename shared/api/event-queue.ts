import type { ObjectEvent } from './object-events.ts';

/** Milliseconds between two Events of one reason about one object. */
const PAUSE_MS = 10 * 60_000;
/** Events altogether in a minute. */
const MAX_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
/** Events that wait. After a start there may be one for each of thousands of objects. */
const MAX_WAITING = 500;

/**
 * Events that are to be written, within limits: an object that flaps, and a cluster that changes as a whole, must not fill
 * an API server. Of one object and reason the newest waits. Times are in epoch milliseconds.
 */
export class EventQueue {
  readonly #waiting = new Map<string, ObjectEvent>();
  /** By object and reason, when the last one was taken. */
  readonly #lastAt = new Map<string, number>();
  /** When those of the last minute were taken. */
  #taken: readonly number[] = [];

  /** false: too many wait already. */
  add(event: ObjectEvent): boolean {
    const key = keyOf(event);
    if (!this.#waiting.has(key) && this.#waiting.size >= MAX_WAITING) return false;
    this.#waiting.set(key, event);
    return true;
  }

  /** The first that may be written now. What is not so any more waits no longer. */
  take(now: number, isSo: (event: ObjectEvent) => boolean): ObjectEvent | undefined {
    this.#forget(now);
    if (this.#taken.length >= MAX_PER_MINUTE) return undefined;
    for (const [key, event] of this.#waiting) if (!isSo(event)) this.#waiting.delete(key);
    for (const [key, event] of this.#waiting) {
      if (this.#lastAt.has(key)) continue;
      this.#waiting.delete(key);
      this.#lastAt.set(key, now);
      this.#taken = [...this.#taken, now];
      return event;
    }
    return undefined;
  }

  /** Milliseconds until one may be written; `undefined`: none waits. */
  pause(now: number): number | undefined {
    if (this.#waiting.size === 0) return undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const key of this.#waiting.keys()) {
      const at = this.#lastAt.get(key);
      soonest = Math.min(soonest, at === undefined ? now : at + PAUSE_MS);
    }
    const [first = now] = this.#taken;
    const free = this.#taken.length < MAX_PER_MINUTE ? now : first + MINUTE_MS;
    return Math.max(0, Math.max(soonest, free) - now);
  }

  #forget(now: number): void {
    for (const [key, at] of this.#lastAt) if (now - at >= PAUSE_MS) this.#lastAt.delete(key);
    this.#taken = this.#taken.filter((at) => now - at < MINUTE_MS);
  }
}

function keyOf({ cluster, namespace, kind, name, reason }: ObjectEvent): string {
  return [cluster, namespace, kind, name, reason].join('/');
}
