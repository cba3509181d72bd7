import type { InstanceStatus } from '../model/instance.ts';
import type { InstanceId } from '../model/names.ts';

/** An override that is not used for this time is forgotten. Each heartbeat of its instance uses it. */
export const OVERRIDE_IDLE_MS = 3_600_000;

interface Override {
  readonly status: InstanceStatus;
  /** Epoch milliseconds. Changed in place, as every heartbeat of an overridden instance is a use. */
  usedAt: number;
}

/** Status overrides by instance id alone, as in stock: one id in two applications has one override. */
export class OverrideMap {
  readonly #entries = new Map<InstanceId, Override>();

  /** The override, which counts as used. */
  get(id: InstanceId, now: number): InstanceStatus | undefined {
    // The usual case. A look-up would have to compute the hash of the id first.
    if (this.#entries.size === 0) return undefined;
    const entry = this.#live(id, now);
    if (entry === undefined) return undefined;
    entry.usedAt = now;
    return entry.status;
  }

  has(id: InstanceId, now: number): boolean {
    return this.#live(id, now) !== undefined;
  }

  set(id: InstanceId, status: InstanceStatus, now: number): void {
    this.#entries.set(id, { status, usedAt: now });
  }

  /** Returns whether there was an override. */
  remove(id: InstanceId, now: number): boolean {
    const had = this.has(id, now);
    this.#entries.delete(id);
    return had;
  }

  /** Those that have not expired. */
  all(now: number): readonly { readonly id: InstanceId; readonly status: InstanceStatus }[] {
    return [...this.#entries].flatMap(([id, entry]) => (isIdle(entry, now) ? [] : { id, status: entry.status }));
  }

  /** Removes forgotten overrides, so that those of ids that never come back do not accumulate. */
  sweep(now: number): void {
    for (const [id, entry] of this.#entries) if (isIdle(entry, now)) this.#entries.delete(id);
  }

  /** How many there are, including forgotten ones until they are swept. */
  get size(): number {
    return this.#entries.size;
  }

  #live(id: InstanceId, now: number): Override | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || isIdle(entry, now) ? undefined : entry;
  }
}

function isIdle(entry: Override, now: number): boolean {
  return now - entry.usedAt >= OVERRIDE_IDLE_MS;
}
