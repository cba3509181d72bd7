import type { InstanceRecord } from '../model/instance.ts';
import { SOURCE_MARKER, type AppName, type InstanceId } from '../model/names.ts';
import { sameContent } from '../model/same-content.ts';
import type { PublishAnswer, PublishedState, PublishEvent, PublishRequest, PublishSummary } from './exchange.ts';
import { DueItems } from './due-items.ts';
import { compareForms, publishedForm } from './published-form.ts';
import { newItem, requestOf, type PublishedItem } from './published-item.ts';

/** In milliseconds. */
export interface LedgerSettings {
  /** Between two renewals of a lease. */
  readonly renewEvery: number;
  /** Before jitter. */
  readonly minBackoff: number;
  readonly maxBackoff: number;
  /** Until an id that belongs to somebody else is looked at again. */
  readonly takenEvery: number;
}

export const LEDGER_SETTINGS: LedgerSettings = {
  renewEvery: 30_000,
  minBackoff: 1_000,
  maxBackoff: 30_000,
  takenEvery: 60_000,
};

/** Keeps the exponent small. */
const MAX_DOUBLINGS = 10;

/**
 * Decides which requests bring the legacy to what is wanted there, from what is believed to be there and the time. It
 * knows no network: requests are taken, and their answers given back. One entry has one request under way at most.
 *
 * Each change begins with a look at what is there. So a second replica, or a restarted one, finds the work done, entries
 * do not flap between two replicas, and nobody else's registration with the same id is changed or cancelled. Only what was
 * wanted before and is not any more is cancelled: whatever this process does not know of stays, and its lease runs out by
 * itself.
 */
export class PublishLedger {
  readonly #settings: LedgerSettings;
  /** A number in [0, 1). */
  readonly #random: () => number;
  readonly #apps = new Map<AppName, Map<InstanceId, PublishedItem>>();
  readonly #due: DueItems<PublishedItem>;
  #recheckedAt = Number.NEGATIVE_INFINITY;
  #lastProblem: string | undefined;

  constructor(random: () => number, settings: LedgerSettings = LEDGER_SETTINGS) {
    this.#random = random;
    this.#settings = settings;
    this.#due = new DueItems(() => this.#items());
  }

  /** The entries of an application as they are served now. Those that were wanted before are withdrawn. */
  want(app: AppName, records: readonly InstanceRecord[], now: number): void {
    const items = this.#apps.get(app) ?? new Map<InstanceId, PublishedItem>();
    const left = new Set(items.keys());
    for (const record of records) {
      left.delete(record.id);
      const known = items.get(record.id);
      if (known !== undefined) {
        this.#change(known, record, now);
        continue;
      }
      const item = newItem(record, now);
      items.set(record.id, item);
      this.#due.at(item, now, now);
    }
    if (items.size > 0) this.#apps.set(app, items);
    for (const id of left) this.#withdraw(items.get(id), now);
  }

  /** The next request that is due; `undefined`: none now. Every request that is taken must be answered. */
  take(now: number): PublishRequest | undefined {
    const item = this.#due.take(now);
    if (item === undefined) return undefined;
    item.asked = item.wanted;
    return requestOf(item);
  }

  /** Epoch milliseconds at which `take` may have something again; in the past: now. */
  get nextAt(): number {
    return this.#due.nextAt;
  }

  answered({ kind, app, id }: PublishRequest, answer: PublishAnswer, now: number): PublishEvent | undefined {
    const item = this.#apps.get(app)?.get(id);
    if (item === undefined) return undefined;
    item.isBusy = false;
    const event = this.#learn(item, kind, answer, now);
    if (item.wanted === undefined && (item.believed === 'absent' || item.believed === 'taken')) this.#forget(item);
    // What was asked for is not what is wanted by now.
    else if (item.asked !== item.wanted) {
      if (item.believed === 'there' && kind !== 'look') item.believed = 'unknown';
      this.#hurry(item, now);
    }
    return event;
  }

  /**
   * Renews everything soon, because the legacy may have lost its registrations. Once in a renewal interval: more would
   * find no more.
   */
  recheck(now: number): void {
    if (now - this.#recheckedAt < this.#settings.renewEvery) return;
    this.#recheckedAt = now;
    for (const item of this.#items())
      if (item.believed === 'there' && !item.isBusy && item.failures === 0) {
        item.spread = true;
        this.#due.at(item, now, now);
      }
  }

  /** The legacy answers again after an outage: what failed is tried at once, and the rest is rechecked. */
  resume(now: number): void {
    for (const item of this.#items()) if (item.failures > 0 && !item.isBusy) this.#due.at(item, now, now);
    this.recheck(now);
  }

  state(app: AppName, id: InstanceId): PublishedState | undefined {
    const item = this.#apps.get(app)?.get(id);
    return item?.wanted && { since: item.since, problem: item.problem };
  }

  summary(): PublishSummary {
    let [wanted, published, failing, withdrawing] = [0, 0, 0, 0];
    for (const item of this.#items()) {
      if (item.wanted === undefined) withdrawing++;
      else wanted++;
      if (item.wanted !== undefined && item.since !== undefined) published++;
      if (item.problem !== undefined) failing++;
    }
    return { wanted, published, failing, withdrawing, lastProblem: failing > 0 ? this.#lastProblem : undefined };
  }

  #change(item: PublishedItem, record: InstanceRecord, now: number): void {
    if (item.wanted?.record === record) return;
    const form = publishedForm(record);
    if (item.wanted !== undefined && sameContent(item.wanted.form, form)) {
      item.wanted.record = record;
      return;
    }
    item.wanted = { record, form };
    item.isUrgent = false;
    item.replaced = 0;
    if (item.believed !== 'absent') item.believed = 'unknown';
    this.#hurry(item, now);
  }

  #withdraw(item: PublishedItem | undefined, now: number): void {
    if (item?.wanted === undefined) return;
    item.wanted = undefined;
    item.isUrgent = true;
    if (!item.isBusy && (item.believed === 'absent' || item.believed === 'taken')) return this.#forget(item);
    if (item.believed !== 'absent') item.believed = 'unknown';
    this.#hurry(item, now);
  }

  /** A legacy that fails is not asked sooner because more changes here. */
  #hurry(item: PublishedItem, now: number): void {
    if (!item.isBusy) this.#due.at(item, item.failures > 0 ? Math.max(now, item.dueAt) : now, now);
  }

  #learn(
    item: PublishedItem,
    kind: PublishRequest['kind'],
    answer: PublishAnswer,
    now: number,
  ): PublishEvent | undefined {
    if (answer.kind === 'failed') return this.#failed(item, kind, answer.reason, now);
    item.failures = 0;
    item.problem = undefined;
    if (answer.kind === 'found') return this.#found(item, answer.record, now);
    if (answer.kind === 'absent') return this.#missing(item, kind, now);
    switch (kind) {
      case 'register':
        return this.#isThere(item, now);
      case 'replace':
        // Another replica may have registered what it wants in between, and the status there is still the old one.
        item.believed = 'unknown';
        this.#due.at(item, now, now);
        return undefined;
      case 'renew':
        this.#due.at(item, item.spread ? this.#firstRenewal(now) : now + this.#settings.renewEvery, now);
        item.spread = false;
        return undefined;
      case 'cancel':
        return this.#missing(item, kind, now);
      case 'look':
        return undefined;
    }
  }

  #failed(item: PublishedItem, kind: PublishRequest['kind'], reason: string, now: number): PublishEvent {
    if (kind === 'register' || kind === 'replace') item.believed = 'unknown';
    this.#note(item, reason);
    this.#due.at(item, now + this.#backoff(item.failures++), now);
    return 'failed';
  }

  #found(item: PublishedItem, record: InstanceRecord, now: number): PublishEvent | undefined {
    if (!record.metadata.has(SOURCE_MARKER)) {
      item.believed = 'taken';
      item.since = undefined;
      this.#note(item, `another registration has the id ${item.id} in the legacy: it is left alone`);
      this.#due.at(item, now + this.#settings.takenEvery, now);
      return 'taken';
    }
    if (item.wanted === undefined) {
      item.believed = 'there';
      this.#due.at(item, now, now);
      return undefined;
    }
    const difference = compareForms(item.wanted.form, record);
    if (difference === 'none') return this.#isThere(item, now);
    item.believed = difference;
    if (difference === 'locked' && item.replaced++ > 0) {
      this.#note(item, 'the legacy keeps another status, or other content, than was registered');
      this.#due.at(item, now + this.#backoff(item.replaced), now);
    } else this.#due.at(item, now, now);
    return undefined;
  }

  #missing(item: PublishedItem, kind: PublishRequest['kind'], now: number): PublishEvent | undefined {
    item.believed = 'absent';
    item.since = undefined;
    this.#due.at(item, now, now);
    if (kind === 'cancel') return 'withdrawn';
    if (kind === 'renew') {
      item.lost = true;
      this.recheck(now);
    }
    return undefined;
  }

  #isThere(item: PublishedItem, now: number): PublishEvent {
    const event = item.lost ? 'registered-again' : item.since === undefined ? 'published' : 'changed';
    item.believed = 'there';
    item.lost = false;
    item.replaced = 0;
    item.since ??= now;
    this.#due.at(item, this.#firstRenewal(now), now);
    return event;
  }

  #note(item: PublishedItem, problem: string): void {
    item.problem = problem;
    this.#lastProblem = problem;
  }

  /** At any moment of the interval, so that the renewals of entries that were registered together are spread over it. */
  #firstRenewal(now: number): number {
    return now + this.#settings.renewEvery * this.#random();
  }

  #backoff(failures: number): number {
    const { minBackoff, maxBackoff } = this.#settings;
    const backoff = Math.min(maxBackoff, minBackoff * 2 ** Math.min(failures, MAX_DOUBLINGS));
    return backoff * (0.5 + this.#random() / 2);
  }

  #forget(item: PublishedItem): void {
    const items = this.#apps.get(item.app);
    items?.delete(item.id);
    if (items?.size === 0) this.#apps.delete(item.app);
    this.#due.forget(item);
  }

  *#items(): Generator<PublishedItem> {
    for (const items of this.#apps.values()) yield* items.values();
  }
}
