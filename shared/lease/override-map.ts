import type { InstanceStatus } from '../model/instance.ts';
import type { InstanceId } from '../model/names.ts';

/** Entries nobody asked for during this time are forgotten; the heartbeats of an instance in service ask for its own. */
export const OVERRIDE_IDLE_MS = 3_600_000;

interface Override {
  readonly status: InstanceStatus;
  /** Epoch milliseconds. Changed in place: every heartbeat of an overridden instance is a use. */
  usedAt: number;
}

/** Statuses set by operators. By instance id only, as in stock: one id in two applications is one entry. */
export class OverrideMap {
  readonly #entries = new Map<InstanceId, Override>();

  /** Counts as use. */
  get(id: InstanceId, now: number): InstanceStatus | undefined {
    // Nearly always; a look-up would have to take the id's hash first.
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

  /** Whether there was one. */
  remove(id: InstanceId, now: number): boolean {
    const had = this.has(id, now);
    this.#entries.delete(id);
    return had;
  }

  /** Those that have not expired. */
  all(now: number): readonly { readonly id: InstanceId; readonly status: InstanceStatus }[] {
    return [...this.#entries].flatMap(([id, entry]) => (isIdle(entry, now) ? [] : { id, status: entry.status }));
  }

  /** Drops what has expired, so that ids which never come back do not pile up. */
  sweep(now: number): void {
    for (const [id, entry] of this.#entries) if (isIdle(entry, now)) this.#entries.delete(id);
  }

  /** Entries held, expired ones included until they are swept. */
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
