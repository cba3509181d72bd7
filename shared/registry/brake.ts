import type { GuardsConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';

/** An instance and the application it is listed under. */
export interface Placed {
  readonly app: AppName;
  readonly record: InstanceRecord;
}

/** A change that is kept back: the entries named here are still served as last known. */
export interface Hold {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly what: string;
  readonly instances: number;
  readonly applications: number;
  /** Epoch milliseconds from which a confirming full fetch lets (the first of) the removals through. */
  readonly releasesAt: number;
}

interface Held extends Placed {
  readonly since: number;
  /** Full fetches after the first one that showed the instance missing too. */
  confirmations: number;
}

/** Full fetches, beyond the one that raised the suspicion, that must show a removal before it is believed. */
const CONFIRMATIONS = 2;
/** Confirming full fetches spread over a grace period. */
const CHECKS_PER_GRACE = 5;

/**
 * The mass-change brake: removals without evidence (the upstream just does not list the instance any more, or says that
 * its lease ran out) pass while they are few, and are held when they are many at once, because an upstream that was
 * restarted or split looks exactly like that. Held removals are let through when full fetches have shown them over the
 * whole grace period, or by an operator. Additions and modifications never come here.
 */
export class Brake {
  readonly #name: string;
  readonly #guards: GuardsConfig;
  readonly #window: number;
  readonly #held = new Map<AppName, Map<InstanceId, Held>>();
  /** Removals let through lately: one loss may arrive in slices. */
  #passed: readonly { readonly at: number; readonly count: number }[] = [];
  #since = 0;
  #size = 0;
  #what = '';

  /** `window`, in milliseconds: what goes within it counts as one change (default: one refresh of a stock server's cache). */
  constructor(name: string, guards: GuardsConfig, window = 30_000) {
    this.#name = name;
    this.#guards = guards;
    this.#window = window;
  }

  /**
   * Decides on removals without evidence and returns those that pass. `before` is the number of instances served so
   * far, `after` that of the upstream's new view. While there is a hold, every further removal joins it.
   */
  judge(removals: readonly Placed[], before: number, after: number, now: number): readonly Placed[] {
    if (removals.length === 0) return removals;
    this.#passed = this.#passed.filter((step) => now - step.at < this.#window);
    const lately = this.#passed.reduce((sum, step) => sum + step.count, 0);
    const { maxRemoval, minInstances } = this.#guards;
    const count = removals.length + lately;
    const many = count >= minInstances && count * 100 > maxRemoval * (before + lately);
    if (this.#size === 0 && !many && after > 0) {
      this.#passed = [...this.#passed, { at: now, count: removals.length }];
      return removals;
    }
    if (this.#size === 0) {
      this.#since = now;
      this.#what =
        after === 0
          ? `the registry went from ${before} instances to none`
          : `${count} of ${before + lately} instances are gone at once, more than ${maxRemoval} %`;
    }
    for (const { app, record } of removals) this.#hold({ app, record, since: now, confirmations: 0 });
    return [];
  }

  /** Last-known instances of an application that are still to be served. */
  retained(app: AppName): ReadonlyMap<InstanceId, Placed> | undefined {
    return this.#held.get(app);
  }

  get size(): number {
    return this.#size;
  }

  /** The instance is back, or there is evidence now that it is gone. */
  forget(app: AppName, id: InstanceId): boolean {
    const held = this.#held.get(app);
    if (held === undefined || !held.delete(id)) return false;
    if (held.size === 0) this.#held.delete(app);
    this.#size--;
    return true;
  }

  /** A full fetch was made and does not show what is held (whatever it showed was `forget`-ed before). Returns what goes now. */
  confirm(now: number): readonly Placed[] {
    const released: Placed[] = [];
    for (const held of this.#all()) {
      if (held.since === now) continue;
      held.confirmations++;
      if (held.confirmations >= CONFIRMATIONS && now - held.since >= this.#guards.grace) released.push(held);
    }
    for (const { app, record } of released) this.forget(app, record.id);
    return released;
  }

  /** The operator knows that the removal is real. */
  release(holdId: string): readonly Placed[] {
    if (this.holds()[0]?.id !== holdId) return [];
    const released = [...this.#all()];
    this.#held.clear();
    this.#size = 0;
    return released;
  }

  holds(): readonly Hold[] {
    if (this.#size === 0) return [];
    let first = Infinity;
    for (const held of this.#all()) first = Math.min(first, held.since);
    const releasesAt = first + this.#guards.grace;
    const id = `${this.#name}-${this.#since}`;
    const instances = this.#size;
    return [{ id, since: this.#since, what: this.#what, instances, applications: this.#held.size, releasesAt }];
  }

  /** Whether it is time for a confirming full fetch, the last one having been made at `lastFullAt`. */
  wantsFull(lastFullAt: number, now: number): boolean {
    if (this.#size === 0) return false;
    const gap = this.#guards.grace / CHECKS_PER_GRACE;
    return now - lastFullAt >= gap || now >= (this.holds()[0]?.releasesAt ?? Infinity);
  }

  #hold(held: Held): void {
    const ofApp = this.#held.get(held.app) ?? new Map<InstanceId, Held>();
    if (!ofApp.has(held.record.id)) this.#size++;
    ofApp.set(held.record.id, held);
    this.#held.set(held.app, ofApp);
  }

  *#all(): Iterable<Held> {
    for (const ofApp of this.#held.values()) yield* ofApp.values();
  }
}
