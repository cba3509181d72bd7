import type { ApplicationIntake, DecodedApplication } from '../../../../shared/codec/document.ts';
import type { InstanceRecord, InstanceStatus } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { isOwnEntry } from '../../../../shared/model/own-entry.ts';
import { sameContent } from '../../../../shared/model/same-content.ts';
import { LossList } from './loss-list.ts';
import { MAX_APPLICATION_INSTANCES, type Instances, type NextDeltaView, type ViewState } from './polled-view.ts';

/** The view after a delta, while it is being built. The rules are those of Java clients. */
export class DeltaDraft implements ApplicationIntake {
  readonly #before: ViewState;
  readonly #apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();
  readonly #changed = new Set<AppName>();
  /** No instance is in both: of several items of one instance the last one says how it went. */
  readonly #lost = new LossList();
  readonly #cancelled = new LossList();
  #counts: Record<InstanceStatus, number>;
  #size: number;
  readonly #overflow = new Map<AppName, number>();

  constructor(before: ViewState) {
    this.#before = before;
    this.#counts = { ...before.counts };
    this.#size = before.size;
  }

  restart(): void {
    this.#apps.clear();
    this.#changed.clear();
    this.#lost.clear();
    this.#cancelled.clear();
    this.#counts = { ...this.#before.counts };
    this.#size = this.#before.size;
    this.#overflow.clear();
  }

  /** By application, the number of instances beyond the limit. */
  get overflow(): ReadonlyMap<AppName, number> {
    return this.#overflow;
  }

  /** ADDED and MODIFIED both add or replace, DELETED removes, any other action is ignored. */
  add({ name: app, instances }: DecodedApplication): void {
    for (const record of instances) {
      switch (record.actionType) {
        case 'ADDED':
        case 'MODIFIED':
          this.#put(app, record);
          break;
        case 'DELETED':
          this.#remove(app, record);
          break;
        case undefined:
          break;
      }
    }
  }

  finish(): NextDeltaView {
    const changes = { changed: this.#changed, cancelled: this.#cancelled, lost: this.#lost };
    return { kind: 'delta', apps: this.#apps, counts: this.#counts, size: this.#size, changes };
  }

  #put(app: AppName, record: InstanceRecord): void {
    const old = this.#instances(app)?.get(record.id);
    if (old !== undefined && sameContent(old, record)) return;
    if (old === undefined && (this.#instances(app)?.size ?? 0) >= MAX_APPLICATION_INSTANCES) {
      this.#overflow.set(app, (this.#overflow.get(app) ?? 0) + 1);
      return;
    }
    // One delta lists both when the instance was removed and registered anew within its window.
    if (old === undefined) this.#isBack(app, record.id);
    if (old !== undefined) this.#counts[old.status]--;
    else if (!isOwnEntry(record)) this.#size++;
    this.#counts[record.status]++;
    this.#draftOf(app).set(record.id, record);
  }

  #remove(app: AppName, record: InstanceRecord): void {
    const old = this.#instances(app)?.get(record.id);
    if (wasCancelled(record)) {
      this.#lost.remove(app, record.id);
      this.#cancelled.add(app, record);
    } else this.#lose(app, record.id, old);
    if (old === undefined) return;
    if (!isOwnEntry(old)) this.#size--;
    this.#counts[old.status]--;
    this.#draftOf(app).delete(record.id);
  }

  /** Evicted, after what the delta said of it before. `old`: as it is in the draft. */
  #lose(app: AppName, id: InstanceId, old: InstanceRecord | undefined): void {
    const known = this.#before.apps.get(app)?.get(id);
    // What was cancelled before was there once more in between, even if the delta does not say so.
    const gone = this.#cancelled.remove(app, id) ? known : old;
    // What came and went within one delta was never there, however often servers repeat both.
    if (gone !== undefined && known !== undefined && !isOwnEntry(gone)) this.#lost.add(app, gone);
  }

  #isBack(app: AppName, id: InstanceId): void {
    this.#lost.remove(app, id);
    this.#cancelled.remove(app, id);
  }

  #instances(app: AppName): Instances | undefined {
    return this.#apps.get(app) ?? this.#before.apps.get(app);
  }

  /** A copy, because the view before the delta is still being read. */
  #draftOf(app: AppName): Map<InstanceId, InstanceRecord> {
    this.#changed.add(app);
    const records = this.#apps.get(app) ?? new Map(this.#before.apps.get(app));
    this.#apps.set(app, records);
    return records;
  }
}

/**
 * A DELETED item of a stock server is a cancel or an eviction. A lease counts from `lastRenewalTimestamp`, so an
 * instance that was removed before its lease expired was cancelled. Unclear items count as evicted.
 */
function wasCancelled(deleted: InstanceRecord): boolean {
  const lease = deleted.leaseInfo;
  if (lease === undefined || lease.evictionTimestamp <= 0) return false;
  return lease.evictionTimestamp <= lease.lastRenewalTimestamp + lease.durationInSecs * 1000;
}
